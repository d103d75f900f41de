/* Reading records: one checking pass, values decoded on demand. */
#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "base/utf8.h"
#include "format/record.h"

struct scan {
	const char *start, *p, *end;
	const char *why;
	uint64_t names;		/* bits of the top-level names so far */
};

static int
bad(struct scan *s, const char *why)
{
	if (s->why == NULL)
		s->why = why;
	return -1;
}

static inline void
space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
	    *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static int
hex4(const char *p, const char *end)
{
	int v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v = v * 16 + (c - 'A' + 10);
		else
			return -1;
	}
	return v;
}

/* Behind the backslash; refuses NUL and half of a surrogate pair. */
static int
scan_escape(struct scan *s)
{
	int c, low;

	if (s->p == s->end)
		return bad(s, "string not ended");
	switch (*s->p) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		s->p++;
		return 0;
	}
	if (*s->p != 'u' || (c = hex4(s->p + 1, s->end)) < 0)
		return bad(s, "bad escape");
	s->p += 5;
	if (c == 0)
		return bad(s, "NUL in a string");
	if (c < 0xd800 || c > 0xdfff)
		return 0;
	if (c > 0xdbff || s->end - s->p < 6 || s->p[0] != '\\' ||
	    s->p[1] != 'u' || (low = hex4(s->p + 2, s->end)) < 0xdc00 ||
	    low > 0xdfff)
		return bad(s, "half of a surrogate pair");
	s->p += 6;
	return 0;
}

/* A top bit for the first byte of '"', '\\' or below 0x20; 0 for none. */
static inline uint64_t
special(uint64_t w)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t tops = ones << 7;
	uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';

	return (((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
	    ((w - ones * 0x20) & ~w)) & tops;
}

/* The next byte that is '"', '\\' or below 0x20, or the end. */
static inline const char *
plain(const char *p, const char *end)
{
	uint64_t w;

	for (; end - p >= 8; p += 8) {
		memcpy(&w, p, 8);
		if ((w = special(le64toh(w))) != 0)
			return p + __builtin_ctzll(w) / 8;
	}
	while (p < end && *p != '"' && *p != '\\' &&
	    (unsigned char)*p >= 0x20)
		p++;
	return p;
}

static int
scan_string(struct scan *s)
{
	s->p++;
	for (;;) {
		s->p = plain(s->p, s->end);
		if (s->p == s->end)
			return bad(s, "string not ended");
		if (*s->p == '"') {
			s->p++;
			return 0;
		}
		if (*s->p != '\\')
			return bad(s, "control character in a string");
		s->p++;
		if (scan_escape(s) < 0)
			return -1;
	}
}

static bool
scan_digits(struct scan *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > start;
}

static int
scan_number(struct scan *s)
{
	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0')
		s->p++;
	else if (!scan_digits(s))
		return bad(s, "bad number");
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (!scan_digits(s))
			return bad(s, "bad number");
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		if (!scan_digits(s))
			return bad(s, "bad number");
	}
	return 0;
}

static int
scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return bad(s, "not JSON");
	s->p += n;
	return 0;
}

static int scan_value(struct scan *, struct value *, int depth);

/* The members between the brackets of an object or array within a value. */
static int
scan_inner(struct scan *s, char close, int depth)
{
	struct value v;

	if (depth > REC_DEPTH)
		return bad(s, "nested too deep");
	s->p++;
	space(s);
	if (s->p < s->end && *s->p == close) {
		s->p++;
		return 0;
	}
	for (;;) {
		space(s);
		if (close == '}') {
			if (s->p == s->end || *s->p != '"')
				return bad(s, "no name in an object");
			if (scan_string(s) < 0)
				return -1;
			space(s);
			if (s->p == s->end || *s->p++ != ':')
				return bad(s, "no ':' behind a name");
		}
		if (scan_value(s, &v, depth) < 0)
			return -1;
		space(s);
		if (s->p == s->end)
			return bad(s, close == '}' ? "object not ended" :
			    "array not ended");
		if (*s->p == close) {
			s->p++;
			return 0;
		}
		if (*s->p++ != ',')
			return bad(s, "no ',' between values");
	}
}

static int
scan_value(struct scan *s, struct value *v, int depth)
{
	int rc;

	space(s);
	if (s->p == s->end)
		return bad(s, "value missing");
	v->text = s->p;
	switch (*s->p) {
	case '"':
		v->kind = VALUE_STRING;
		rc = scan_string(s);
		break;
	case '{':
		v->kind = VALUE_OBJECT;
		rc = scan_inner(s, '}', depth + 1);
		break;
	case '[':
		v->kind = VALUE_ARRAY;
		rc = scan_inner(s, ']', depth + 1);
		break;
	case 't':
		v->kind = VALUE_BOOL;
		rc = scan_word(s, "true");
		break;
	case 'f':
		v->kind = VALUE_BOOL;
		rc = scan_word(s, "false");
		break;
	case 'n':
		v->kind = VALUE_NULL;
		rc = scan_word(s, "null");
		break;
	default:
		v->kind = VALUE_NUMBER;
		rc = scan_number(s);
	}
	v->len = (size_t)(s->p - v->text);
	return rc;
}

static bool
name_is(const struct field *f, const char *name, size_t len)
{
	return f->name_len == len && memcmp(f->name, name, len) == 0;
}

/* Most names are new: a bit of their hash tells without comparing. */
static bool
seen_before(struct scan *s, const struct rec *r, const struct field *f)
{
	unsigned char first = (unsigned char)f->name[0];
	/* Of an empty name both are quotes. */
	unsigned char last = (unsigned char)f->name[f->name_len - 1];
	uint64_t bit = UINT64_C(1) <<
	    ((f->name_len * 11 + first * 5u + last) & 63);

	if ((s->names & bit) == 0) {
		s->names |= bit;
		return false;
	}
	for (size_t i = 0; i < r->fields; i++) {
		if (name_is(&r->field[i], f->name, f->name_len))
			return true;
	}
	return false;
}

/* Notes one member of the top-level object; names are not unescaped. */
static int
scan_field(struct scan *s, struct rec *r, bool unique)
{
	struct field *f = &r->field[r->fields];

	space(s);
	if (s->p == s->end || *s->p != '"')
		return bad(s, "no name in an object");
	f->name = s->p + 1;
	if (scan_string(s) < 0)
		return -1;
	f->name_len = (size_t)(s->p - f->name) - 1;
	if (unique && memchr(f->name, '\\', f->name_len) != NULL)
		return bad(s, "escape in a field's name");
	if (unique && seen_before(s, r, f))
		return bad(s, "a field stands twice");
	space(s);
	if (s->p == s->end || *s->p++ != ':')
		return bad(s, "no ':' behind a name");
	if (scan_value(s, &f->value, 1) < 0)
		return -1;
	r->fields++;
	return 0;
}

static int
scan_record(struct scan *s, struct rec *r, bool unique)
{
	space(s);
	if (s->p == s->end || *s->p != '{')
		return bad(s, "not an object");
	s->p++;
	space(s);
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		return 0;
	}
	for (;;) {
		if (r->fields == REC_FIELDS) {
			if (unique)
				return bad(s, "too many fields");
			return 0;
		}
		if (scan_field(s, r, unique) < 0)
			return -1;
		space(s);
		if (s->p == s->end)
			return bad(s, "object not ended");
		if (*s->p == '}') {
			s->p++;
			return 0;
		}
		if (*s->p++ != ',')
			return bad(s, "no ',' between values");
	}
}

static int
failed(const struct scan *s, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s at byte %zu", s->why,
	    (size_t)(s->p - s->start) + 1);
}

int
rec_parse(struct rec *r, const char *line, size_t len, struct err *e)
{
	struct scan s = { line, line, line + len, NULL, 0 };
	size_t valid;

	r->line = line;
	r->len = len;
	r->fields = 0;
	if (len > REC_MAX)
		return err_set(e, ERR_INPUT, "longer than %zu bytes", REC_MAX);
	if ((valid = utf8_valid(line, len)) < len)
		return err_set(e, ERR_INPUT, "not UTF-8 at byte %zu",
		    valid + 1);
	if (scan_record(&s, r, true) < 0)
		return failed(&s, e);
	space(&s);
	if (s.p < s.end) {
		bad(&s, "text behind the record");
		return failed(&s, e);
	}
	return 0;
}

int
value_parse(struct value *v, const char *text, size_t len, struct err *e)
{
	struct scan s = { text, text, text + len, NULL, 0 };
	size_t valid;

	if ((valid = utf8_valid(text, len)) < len)
		return err_set(e, ERR_INPUT, "not UTF-8 at byte %zu",
		    valid + 1);
	if (scan_value(&s, v, 0) < 0)
		return failed(&s, e);
	space(&s);
	if (s.p < s.end) {
		bad(&s, "text behind the value");
		return failed(&s, e);
	}
	return 0;
}

void
value_object(const struct value *v, struct rec *r)
{
	struct scan s = { v->text, v->text, v->text + v->len, NULL, 0 };

	r->line = v->text;
	r->len = v->len;
	r->fields = 0;
	if (v->kind == VALUE_OBJECT)
		scan_record(&s, r, false);
}

/* From where the last item ended, or from the bracket, to the next one. */
static void
to_next(struct scan *s, size_t pos)
{
	if (pos == 0)
		s->p++;
	space(s);
	if (s->p < s->end && *s->p == ',')
		s->p++;
	space(s);
}

bool
value_next(const struct value *array, size_t *pos, struct value *v)
{
	struct scan s = { array->text, array->text + *pos,
		array->text + array->len, NULL, 0 };

	if (array->kind != VALUE_ARRAY)
		return false;
	to_next(&s, *pos);
	if (s.p >= s.end || *s.p == ']')
		return false;
	if (scan_value(&s, v, 0) < 0)
		return false;
	*pos = (size_t)(s.p - array->text);
	return true;
}

bool
value_field(const struct value *object, size_t *pos, struct value *name,
    struct value *v)
{
	struct scan s = { object->text, object->text + *pos,
		object->text + object->len, NULL, 0 };

	if (object->kind != VALUE_OBJECT)
		return false;
	to_next(&s, *pos);
	if (s.p >= s.end || *s.p != '"' || scan_value(&s, name, 0) < 0)
		return false;
	space(&s);
	if (s.p >= s.end || *s.p++ != ':' || scan_value(&s, v, 0) < 0)
		return false;
	*pos = (size_t)(s.p - object->text);
	return true;
}

bool
rec_get(const struct rec *r, const char *name, struct value *v)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < r->fields; i++) {
		if (name_is(&r->field[i], name, len)) {
			*v = r->field[i].value;
			return true;
		}
	}
	return false;
}

/* One escape, behind its backslash; returns where it ends. */
static const char *
unescape(const char *p, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	uint32_t c;

	if (*p != 'u') {
		buf_addc(out, to[strchr(from, *p) - from]);
		return p + 1;
	}
	c = (uint32_t)hex4(p + 1, p + 5);
	p += 5;
	if (c >= 0xd800 && c <= 0xdbff) {
		uint32_t low = (uint32_t)hex4(p + 2, p + 6);

		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	}
	utf8_add(out, c);
	return p;
}

char *
value_str(const struct value *v, struct arena *a, size_t *len)
{
	const char *p = v->text + 1, *end = v->text + v->len - 1;
	struct buf b = BUF_INIT;
	char *s;

	if (v->kind != VALUE_STRING)
		return NULL;
	if (memchr(p, '\\', (size_t)(end - p)) == NULL) {
		if (len != NULL)
			*len = (size_t)(end - p);
		return arena_strndup(a, p, (size_t)(end - p));
	}
	while (p < end) {
		const char *q = memchr(p, '\\', (size_t)(end - p));

		if (q == NULL)
			q = end;
		buf_add(&b, p, (size_t)(q - p));
		p = q < end ? unescape(q + 1, &b) : end;
	}
	s = arena_strndup(a, b.data, b.len);
	if (len != NULL)
		*len = b.len;
	buf_free(&b);
	return s;
}

bool
value_int(const struct value *v, int64_t *out)
{
	const char *p = v->text, *end = p + v->len;
	bool minus = v->len > 0 && *p == '-';
	uint64_t n = 0;

	if (v->kind != VALUE_NUMBER)
		return false;
	for (p += minus; p < end; p++) {
		if (*p < '0' || *p > '9' || n > (uint64_t)INT64_MAX / 10)
			return false;
		n = n * 10 + (uint64_t)(*p - '0');
		if (n > (uint64_t)INT64_MAX)
			return false;
	}
	*out = minus ? -(int64_t)n : (int64_t)n;
	return true;
}

bool
value_bool(const struct value *v, bool *out)
{
	if (v->kind != VALUE_BOOL)
		return false;
	*out = v->text[0] == 't';
	return true;
}

const char *
rec_str(const struct rec *r, const char *name, struct arena *a)
{
	struct value v;

	return rec_get(r, name, &v) ? value_str(&v, a, NULL) : NULL;
}

bool
rec_int(const struct rec *r, const char *name, int64_t *out)
{
	struct value v;

	return rec_get(r, name, &v) && value_int(&v, out);
}

bool
rec_bool(const struct rec *r, const char *name, bool *out)
{
	struct value v;

	return rec_get(r, name, &v) && value_bool(&v, out);
}

bool
rec_time(const struct rec *r, const char *name, int64_t *out)
{
	char text[48];
	struct value v;

	if (!rec_get(r, name, &v) || v.kind != VALUE_STRING ||
	    v.len - 2 >= sizeof(text))
		return false;
	memcpy(text, v.text + 1, v.len - 2);
	text[v.len - 2] = '\0';
	return time_parse(text, out) == 0;
}

bool
rec_is(const struct rec *r, const char *name, const char *text)
{
	struct value v;
	size_t len = strlen(text);

	return rec_get(r, name, &v) && v.kind == VALUE_STRING &&
	    v.len == len + 2 && memcmp(v.text + 1, text, len) == 0;
}
