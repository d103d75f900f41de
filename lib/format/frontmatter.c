/* Front matter: found, and read as YAML, whose first line --- is, too. */
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "format/frontmatter.h"

/* Where the text begins, behind the second line of ---; NULL for none. */
static const char *
body_of(const char *text, size_t len, int *lines)
{
	const char *p = text, *end = text + len, *nl;

	for (*lines = 1; (nl = memchr(p, '\n', (size_t)(end - p))); ++*lines) {
		bool rule = nl - p == 3 && memcmp(p, "---", 3) == 0;

		if (*lines == 1 && !rule)
			return NULL;
		if (rule && *lines > 1)
			return nl + 1;
		p = nl + 1;
	}
	return NULL;
}

int
front_matter(struct arena *a, const char *file, const char *text, size_t len,
    struct yaml **y, const char **body, int *line, struct err *e)
{
	if ((*body = body_of(text, len, line)) == NULL)
		return err_set(e, ERR_CONFIG, "%s:1: no front matter between "
		    "two lines of ---", file);
	++*line;
	return yaml_parse(a, file, text, (size_t)(*body - text) - 4, y, e);
}

const char *
front_matter_pad(struct arena *a, const char *body, size_t *len, int line)
{
	struct buf b = BUF_INIT;
	const char *s;

	buf_adds(&b, "{{!");
	for (int i = 2; i < line; i++)
		buf_addc(&b, '\n');
	buf_adds(&b, "}}\n");
	buf_add(&b, body, *len);
	s = arena_strndup(a, b.data, b.len);
	*len = b.len;
	buf_free(&b);
	return s;
}
