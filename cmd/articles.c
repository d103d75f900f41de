/* Articles from their files. */
#include <string.h>

#include "articles.h"
#include "base/io.h"

#define ARTICLE_MAX	((size_t)1 << 20)

static int
load_wanted(struct articles *a, struct cmd *c, struct err *e)
{
	static const char *const keys[] = { "most", "words", "score",
		"share", NULL };
	int64_t most = 3, words = 2, score = 0, share = 0;
	struct yaml *y;

	if (cmd_rule_yaml(c, "kb.yaml", &y, e) < 0 ||
	    yaml_only(y, keys, e) < 0 ||
	    yaml_int(y, "most", 1, ARTICLES_MOST, &most, e) < 0 ||
	    yaml_int(y, "words", 1, 100, &words, e) < 0 ||
	    yaml_decimal(y, "score", 3, &score, e) < 0 ||
	    yaml_decimal(y, "share", 3, &share, e) < 0)
		return -1;
	a->most = (size_t)most;
	a->wanted = (struct kb_wanted){ (int)words, true,
		(double)score / 1000, (double)share / 1000 };
	return 0;
}

static int
add_file(struct articles *a, struct cmd *c, const char *path, struct err *e)
{
	const char *name = strrchr(path, '/') + 1;
	const char *id = arena_strndup(&c->arena, name, strlen(name) - 3);
	struct buf b = BUF_INIT;
	int rc = 0;

	if (kb_find(a->kb, id) == NULL &&
	    (rc = file_read(path, ARTICLE_MAX, &b, e)) == 0)
		rc = kb_add(a->kb, id, path, b.data, b.len, e);
	buf_free(&b);
	return rc;
}

int
articles_open_sound(struct articles *a, struct cmd *c,
    void (*bad)(void *, const char *), void *arg, struct err *e)
{
	const char *const *paths;
	size_t n;

	memset(a, 0, sizeof(*a));
	a->kb = kb_new();
	if (load_wanted(a, c, e) < 0 ||
	    cmd_template_files(c, "kb", ".md", &paths, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct err wrong = { 0 };

		if (add_file(a, c, paths[i], &wrong) == 0)
			continue;
		if (bad == NULL || wrong.kind != ERR_CONFIG) {
			*e = wrong;
			return -1;
		}
		bad(arg, wrong.text);
	}
	kb_ready(a->kb);
	return 0;
}

int
articles_open(struct articles *a, struct cmd *c, struct err *e)
{
	return articles_open_sound(a, c, NULL, NULL, e);
}

void
articles_close(struct articles *a)
{
	if (a->kb != NULL)
		kb_free(a->kb);
}
