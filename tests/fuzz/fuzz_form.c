/* fuzz_form - form bodies and media types. */
#include "form.h"
#include "fuzz.h"
#include "text.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct form form;
	struct body_error error = { 0, NULL };
	char *text = fuzz_text(data, size);
	size_t i;

	body_type_ok(text, BODY_FORM);
	body_type_ok(text, BODY_JSON);
	if (size <= BODY_MAX) {
		memcpy(form.body, data, size);
		if (form_parse(&form, size, &error) != 0) {
			must(error.status == 400 && error.text != NULL);
			form.count = 0;
		}
	}
	for (i = 0; i < form.count; i++) {
		must(form.field[i].name[0] != '\0');
		must(text_is_clean(form.field[i].name));
		must(text_is_clean(form.field[i].value));
	}
	form.count = 0;
	free(text);
	return 0;
}
