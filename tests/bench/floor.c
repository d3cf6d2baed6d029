/* floor - the least that a FastCGI program does: a constant JSON through libfcgi
 * as everyone writes it, with no check. */
#include <fcgi_stdio.h>

int
main(void)
{
	while (FCGI_Accept() >= 0)
		printf("Content-Type: application/json\r\n"
		    "\r\n"
		    "{\"data\":\"This is protected data\",\"user\":\"demo\"}");
	return 0;
}
