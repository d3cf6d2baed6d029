/* fuzz_header - the Authorization header, tokens and scopes. */
#include "auth.h"
#include "fuzz.h"
#include "scope.h"
#include "token.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), common[SCOPE_MAX + 1];
	const char *token = NULL;
	size_t length = 0;

	if (auth_parse(text, &token, &length) == AUTH_ALLOW) {
		must(strlen(text) <= AUTH_HEADER_MAX);
		must(length > 0 && token + length == text + strlen(text));
		must(strcspn(token, " ,;\"\\\t") == length);
		token_shape(token, length);
	}
	if (scope_valid(text)) {
		must(scope_within(text, text));
		scope_common(text, text, common);
		must(strcmp(text, common) == 0);
	}
	scope_common(text, "me items", common);
	must(scope_within(common, "me items"));
	free(text);
	return 0;
}
