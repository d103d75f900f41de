/*
 * The knowledge base: articles, and which of them a text asks for, by BM25
 * (Robertson and Zaragoza, 2009: k1 1.2, b 0.75) over the words of title,
 * keywords, headings and text, the former counting more.
 */
#ifndef TAI_DOMAIN_KB_H
#define TAI_DOMAIN_KB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

struct article {		/* texts in the base's arena */
	const char *id, *file, *title, *section, *updated, *difficulty;
	const char *const *related;	/* ids, NULL ends */
	const char *const *keywords;
	int64_t minutes;
	const char *body;	/* Markdown, with {{links.NAME}} */
	int line;		/* of the file, where the body begins */
	double words;		/* counted, weighted */
};

struct kb;

struct kb *kb_new(void);
void	kb_free(struct kb *);
/* Adds an article; its text is copied. ERR_CONFIG with file and line. */
int	kb_add(struct kb *, const char *id, const char *file, const char *,
	    size_t, struct err *);
/* After the last kb_add. */
void	kb_ready(struct kb *);
size_t	kb_count(const struct kb *);
const struct article *kb_article(const struct kb *, size_t);
const struct article *kb_find(const struct kb *, const char *id);

struct kb_hit {
	const struct article *article;
	double score;
};

/*
 * The articles that share at least so many different words with the text (one
 * of them in title or keywords, when named is asked for) and come to that
 * score, best first; at most room.
 */
struct kb_wanted {
	int words;
	bool named;
	double score;
	double share;		/* of the best one's score, at least */
};
size_t	kb_search(struct kb *, const char *text, size_t len,
	    const struct kb_wanted *, struct kb_hit *, size_t room);

#endif
