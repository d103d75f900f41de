/* Any bytes: valid UTF-8 comes out, no controls, and never much more. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "format/html.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf text = BUF_INIT, escaped = BUF_INIT;

	html_to_text((const char *)data, len, &text);
	if (utf8_valid(text.data, text.len) != text.len ||
	    memchr(text.data, '\0', text.len) != NULL ||
	    memchr(text.data, '\033', text.len) != NULL ||
	    text.len > 80 * len + 80)
		abort();
	html_escape((const char *)data, len, &escaped);
	if (memchr(escaped.data, '<', escaped.len) != NULL)
		abort();
	buf_free(&text);
	buf_free(&escaped);
	return 0;
}
