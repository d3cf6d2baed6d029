/* http_body - the wire: what a request brings along. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "http_req.h"
#include "text.h"

/* Read up to size bytes; *length is what came.  Returns -1 on an error. */
static int
read_input(struct http_req *req, char *body, size_t size, size_t *length)
{
	ssize_t got = 1;

	*length = 0;
	if (!req->is_cgi) {
		*length = (size_t)FCGX_GetStr(body, (int)size, req->fcgi->in);
		return FCGX_GetError(req->fcgi->in) == 0 ? 0 : -1;
	}
	while (*length < size && got != 0) {
		got = read(STDIN_FILENO, body + *length, size - *length);
		if (got < 0 && errno != EINTR)
			return -1;
		if (got > 0)
			*length += (size_t)got;
	}
	return 0;
}

static int
is_chunked(struct http_req *req)
{
	const char *coding = http_var(req, "HTTP_TRANSFER_ENCODING");

	return coding != NULL && text_equal_nocase(coding, "chunked");
}

int64_t
http_body_size(struct http_req *req)
{
	const char *said = http_var(req, "CONTENT_LENGTH");
	int64_t size;

	if (said == NULL || said[0] == '\0')
		return is_chunked(req) ? DRAIN_MAX : 0;
	return text_number(said, DRAIN_MAX, &size) == 0 ? size : DRAIN_MAX;
}

void
http_drain(struct http_req *req)
{
	char waste[4096];
	int64_t left = http_body_size(req);
	ssize_t got = 1;

	for (; left > 0 && got > 0; left -= got)
		got = read(STDIN_FILENO, waste, sizeof waste);
}

enum http_body
http_body(struct http_req *req, char *body, size_t size, size_t *length)
{
	const char *said = http_var(req, "CONTENT_LENGTH");
	int64_t expected = 0;

	body[*length = 0] = '\0';
	if (said == NULL || said[0] == '\0') {
		if (!is_chunked(req))
			return HTTP_BODY_OK;
		if (read_input(req, body, size, length) != 0)
			return HTTP_BODY_BROKEN;
		if (*length == size)
			return HTTP_BODY_TOO_LARGE;
		body[*length] = '\0';
		req->is_read = 1;
		return HTTP_BODY_OK;
	}
	if (text_number(said, INT64_MAX, &expected) != 0)
		return HTTP_BODY_BROKEN;
	if ((uint64_t)expected >= size)
		return HTTP_BODY_TOO_LARGE;
	if (read_input(req, body, (size_t)expected, length) != 0 ||
	    *length != (size_t)expected)
		return HTTP_BODY_BROKEN;
	body[*length] = '\0';
	req->is_read = 1;
	return HTTP_BODY_OK;
}
