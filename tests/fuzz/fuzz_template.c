/* A template and its data, apart by the first NUL. */
#include <stdint.h>
#include <string.h>

#include "format/template.h"

static const char *
partial(void *text, const char *name, struct arena *a)
{
	return *name == 'p' ? arena_strdup(a, text) : NULL;
}

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	static const char fixed[] = "{\"a\":[{\"b\":\"<x>\",\"c\":[1,2]}],"
	    "\"d\":{\"e\":\"f\"},\"p\":true,\"z\":0}";
	const char *text = (const char *)input;
	const char *data = len > 0 ? memchr(text, '\0', len) : NULL;
	size_t text_len = data != NULL ? (size_t)(data - text) : len;
	struct buf out = BUF_INIT;
	struct arena a = { 0 };
	struct err e = { 0 };
	struct template *t;
	struct value v;

	if (len > 4096 || data == NULL || value_parse(&v, data + 1,
	    len - text_len - 1, &e) < 0) {
		err_clear(&e);
		value_parse(&v, fixed, sizeof(fixed) - 1, &e);
	}
	if (template_parse(&t, "fuzz", text, text_len, &e) == 0) {
		char *again = arena_strndup(&a, text, text_len);

		for (int escape = ESCAPE_HTML; escape <= ESCAPE_HEADER;
		    escape++) {
			err_clear(&e);
			buf_reset(&out);
			template_render(t, &v, (enum template_escape)escape,
			    escape == ESCAPE_NONE, partial, again, &out, &e);
		}
		template_free(t);
	}
	buf_free(&out);
	arena_free(&a);
	return 0;
}
