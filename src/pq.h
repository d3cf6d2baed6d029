/* pq - libpq, loaded when a ledger is kept by it: nobody else pays for it, and
 * nobody else includes its header. */
#ifndef PQ_H
#define PQ_H

#include <postgresql/libpq-fe.h>

/* What we call of it: pq.exec is PQexec. */
#define PQ_FUNCTIONS(F)							\
	F(conninfoParse) F(conninfoFree) F(freemem)			\
	F(connectdbParams) F(status) F(finish) F(errorMessage)		\
	F(setNoticeReceiver) F(setnonblocking) F(socket) F(flush)	\
	F(isBusy) F(consumeInput) F(getResult)				\
	F(sendQuery) F(sendPrepare) F(sendQueryParams)			\
	F(sendQueryPrepared)						\
	F(resultStatus) F(resultErrorField) F(clear)			\
	F(ntuples) F(getvalue) F(getisnull) F(cmdTuples) F(cmdStatus)

struct pq {
#define F(name)	__typeof__(&PQ##name) name;
	PQ_FUNCTIONS(F)
#undef F
};

/* Valid once pq_load said 0. */
extern struct pq pq;

/* Load the library, once per process.  Returns 0, or -1 with the reason in the
 * log. */
int	pq_load(void);

#endif
