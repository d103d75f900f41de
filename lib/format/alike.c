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

struct folded {			/* without a case and white space */
	struct buf all;
	struct buf shape;	/* nor digits */
};

static void
add(struct folded *f, const char *s, size_t len)
{
	char *all = buf_room(&f->all, len), *shape = buf_room(&f->shape, len);

	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == ' ' || (c >= '\t' && c <= '\r'))
			continue;
		*all++ = c = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		if (c < '0' || c > '9')
			*shape++ = c;
	}
	*all = *shape = '\0';
	f->all.len = (size_t)(all - f->all.data);
	f->shape.len = (size_t)(shape - f->shape.data);
}

static void
add_both(struct folded *f, const char *s, size_t len)
{
	buf_add(&f->all, s, len);
	buf_add(&f->shape, s, len);
}

/* A text without its quoted ranges. */
static void
add_own(struct folded *f, const struct rec *r, const char *s, size_t len)
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
		add(f, s + from, (size_t)n[0] - from);
		from = (size_t)n[1];
	}
	add(f, s + from, len - from);
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
	struct folded f = { BUF_INIT, BUF_INIT };
	struct value v;
	size_t len = 0;

	out->sender = sender(r, a);
	if (rec_get(r, "text", &v) && v.kind == VALUE_STRING)
		s = value_str(&v, a, &len);
	if (subject == NULL)
		subject = "";
	add(&f, subject, strlen(subject));
	out->subject = number(&f.all);
	add_both(&f, "\n", 1);
	add_own(&f, r, s, len);
	if (rec_get(r, "attachments", &v))
		add_both(&f, v.text, v.len);
	out->text = number(&f.all);
	out->shape = number(&f.shape);
	buf_free(&f.all);
	buf_free(&f.shape);
	return out->sender != 0;
}
