/* iCalendar: lines to write. */
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "format/ical.h"

void
ical_line(struct buf *out, const char *name, const char *value)
{
	struct buf line = BUF_INIT;
	size_t from = 0, most = 75;

	buf_printf(&line, "%s:%s", name, value);
	while (line.len - from > most) {
		size_t to = from + most;

		while ((line.data[to] & 0xc0) == 0x80)
			to--;
		buf_add(out, line.data + from, to - from);
		buf_adds(out, "\r\n ");
		from = to;
		most = 74;	/* behind the space */
	}
	buf_add(out, line.data + from, line.len - from);
	buf_adds(out, "\r\n");
	buf_free(&line);
}

void
ical_text(struct buf *out, const char *name, const char *text)
{
	struct buf clean = BUF_INIT, value = BUF_INIT;

	utf8_clean(&clean, text, strlen(text));
	for (const char *s = clean.data; *s != '\0'; s++) {
		if (*s == '\n') {
			buf_adds(&value, "\\n");
			continue;
		}
		if (strchr("\\;,", *s) != NULL)
			buf_addc(&value, '\\');
		buf_addc(&value, *s);
	}
	ical_line(out, name, value.data);
	buf_free(&clean);
	buf_free(&value);
}

void
ical_time(struct buf *out, const char *name, int64_t at)
{
	struct civil c = civil_from_seconds(at);
	struct buf value = BUF_INIT;

	buf_printf(&value, "%04d%02d%02dT%02d%02d%02dZ", (int)c.year, c.month,
	    c.day, c.hour, c.minute, c.second);
	ical_line(out, name, value.data);
	buf_free(&value);
}
