/* ceiling - the most that libfcgi gives: the floor's answer, in one write, on a
 * connection that nobody waits to see closed, by a patient process. */
#include <fcgiapp.h>
#include <sched.h>
#include <string.h>

static const char answer[] = "Content-Type: application/json\r\n"
    "\r\n"
    "{\"data\":\"This is protected data\",\"user\":\"demo\"}";

int
main(void)
{
	const struct sched_param none = { 0 };
	FCGX_Request request;
	char waste[64];

	sched_setscheduler(0, SCHED_BATCH, &none);
	if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
		return 1;
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutStr(answer, (int)strlen(answer), request.out);
		FCGX_GetStr(waste, sizeof waste, request.in);
		FCGX_Detach(&request);
		FCGX_Finish_r(&request);
	}
	return 0;
}
