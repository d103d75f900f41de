#include <string.h>

#include "base/hash.h"
#include "format/address.h"
#include "format/alike.h"

/* Half of the text's hash as a number that a table of ours can hold. */
static int64_t
number(const struct buf *b)
{
	return (int64_t)(hash_word(b->data, b->len) >> 1);
}

static void
add(struct buf *b, const char *s, size_t len, bool digits)
{
	char *to = buf_room(b, len);

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == ' ' || (c >= '\t' && c <= '\r') ||
		    (!digits && c >= '0' && c <= '9'))
			continue;
		*to++ = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	*to = '\0';
	b->len = (size_t)(to - b->data);
}

/* A text without its quoted ranges. */
static void
add_own(struct buf *b, const struct rec *r, const char *s, size_t len,
    bool digits)
{
	struct value list, range, bound;
	size_t pos = 0, from = 0;

	if (!rec_get(r, "quoted", &list))
		list.kind = VALUE_NULL;
	while (value_next(&list, &pos, &range)) {
		int64_t n[2] = { 0, 0 };
		size_t at = 0;

		for (int i = 0; i < 2 && value_next(&range, &at, &bound); i++)
			value_int(&bound, &n[i]);
		if (n[0] < (int64_t)from || n[1] <= n[0] ||
		    n[1] > (int64_t)len)
			break;
		add(b, s + from, (size_t)n[0] - from, digits);
		from = (size_t)n[1];
	}
	add(b, s + from, len - from, digits);
}

int64_t
alike_sender(const char *address, struct arena *a)
{
	const char *s = address_fold(a, address);

	return *s != '\0' ? (int64_t)(hash_word(s, strlen(s)) >> 1) : 0;
}

static int64_t
sender(const struct rec *r, struct arena *a)
{
	struct rec *from = arena_alloc(a, sizeof(*from));
	const char *s = NULL;
	struct value v;

	if (rec_get(r, "from", &v) && v.kind == VALUE_OBJECT) {
		value_object(&v, from);
		s = rec_str(from, "address", a);
	}
	return s != NULL ? alike_sender(s, a) : 0;
}

bool
alike_of(const struct rec *r, struct alike *out, struct arena *a)
{
	const char *subject = rec_str(r, "subject", a), *s = "";
	struct buf b = BUF_INIT;
	struct value v;
	size_t len = 0;

	out->sender = sender(r, a);
	if (rec_get(r, "text", &v) && v.kind == VALUE_STRING)
		s = value_str(&v, a, &len);
	if (subject == NULL)
		subject = "";
	add(&b, subject, strlen(subject), true);
	out->subject = number(&b);
	buf_addc(&b, '\n');
	add_own(&b, r, s, len, true);
	if (rec_get(r, "attachments", &v))
		buf_add(&b, v.text, v.len);
	out->text = number(&b);
	buf_reset(&b);
	add(&b, subject, strlen(subject), false);
	buf_addc(&b, '\n');
	add_own(&b, r, s, len, false);
	if (rec_get(r, "attachments", &v))
		buf_add(&b, v.text, v.len);
	out->shape = number(&b);
	buf_free(&b);
	return out->sender != 0;
}
