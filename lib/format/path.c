/* Paths into JSON values: alerts[0].labels."k8s.io/name" */
#include <ctype.h>
#include <string.h>

#include "base/time.h"
#include "format/items.h"

static bool
member(const struct value *object, const char *name, size_t len,
    struct value *out)
{
	struct value key, v;
	size_t pos = 0;

	while (value_field(object, &pos, &key, &v)) {
		if (key.len == len + 2 &&
		    memcmp(key.text + 1, name, len) == 0) {
			*out = v;
			return true;
		}
	}
	return false;
}

static bool
element(const struct value *array, size_t index, struct value *out)
{
	struct value v;
	size_t pos = 0;

	do {
		if (!value_next(array, &pos, &v))
			return false;
	} while (index-- > 0);
	*out = v;
	return true;
}

bool
value_at(const struct value *v, const char *path, struct value *out)
{
	struct value at = *v;
	const char *p = path;

	while (*p != '\0') {
		bool found;

		if (*p == '[') {
			size_t n = 0;

			for (p++; isdigit((unsigned char)*p) && n < 1000000;
			    p++)
				n = n * 10 + (size_t)(*p - '0');
			if (*p++ != ']')
				return false;
			found = element(&at, n, &at);
		} else if (*p == '"') {
			size_t len = strcspn(++p, "\"");

			found = p[len] == '"' && member(&at, p, len, &at);
			p += len + 1;
		} else {
			size_t len = strcspn(p, ".[");

			found = len > 0 && member(&at, p, len, &at);
			p += len;
		}
		if (!found)
			return false;
		if (*p == '.' && *++p == '\0')
			return false;
	}
	*out = at;
	return true;
}

const char *
value_text(const struct value *v, struct arena *a)
{
	if (v->kind == VALUE_STRING)
		return value_str(v, a, NULL);
	if (v->kind == VALUE_NUMBER || v->kind == VALUE_BOOL)
		return arena_strndup(a, v->text, v->len);
	return NULL;
}

const char *
value_text_at(const struct value *v, const char *path, struct arena *a)
{
	struct value at;

	return value_at(v, path, &at) ? value_text(&at, a) : NULL;
}

/* Seconds, or by their size milli-, micro- or nanoseconds, since 1970. */
static bool
since_1970(const char *s, size_t len, int64_t *out)
{
	int64_t n = 0;
	size_t i = 0;

	for (; i < len && isdigit((unsigned char)s[i]); i++) {
		if (n > INT64_MAX / 10 - 1)
			return false;
		n = n * 10 + (s[i] - '0');
	}
	if (i == 0 || (i < len && s[i] != '.'))
		return false;
	if (i < len && strspn(s + i + 1, "0123456789") < len - i - 1)
		return false;
	while (n > INT64_C(100000000000))	/* beyond the year 5138 */
		n /= 1000;
	*out = n;
	return true;
}

bool
value_moment_at(const struct value *v, const char *path, int64_t *out)
{
	char text[64];
	struct value at;
	size_t skip;

	if (!value_at(v, path, &at) || (at.kind != VALUE_STRING &&
	    at.kind != VALUE_NUMBER))
		return false;
	skip = at.kind == VALUE_STRING;
	if (at.len - 2 * skip >= sizeof(text))
		return false;
	memcpy(text, at.text + skip, at.len - 2 * skip);
	text[at.len - 2 * skip] = '\0';
	return time_parse(text, out) == 0 ||
	    since_1970(text, strlen(text), out);
}
