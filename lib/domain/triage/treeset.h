/* What the parts of the trees share: tree*.c. */
#ifndef TAI_DOMAIN_TREESET_H
#define TAI_DOMAIN_TREESET_H

#include "domain/triage/tree.h"

#define TREE_COST	10000	/* questions that a tree may ask, at most */

enum fact_kind { FACT_WORD, FACT_WORDS, FACT_TRUTH, FACT_NUMBER, FACT_TIME,
	    FACT_CHOICE };

struct fact {
	const char *name;
	enum fact_kind kind;
	const struct yaml *choice;	/* of a CHOICE: the list */
	const struct cond *when;	/* of a TRUTH that follows; or NULL */
	int64_t within;
	size_t index;
};

enum test_op { TEST_IS, TEST_OVER, TEST_UNDER, TEST_LEAST, TEST_MOST,
	    TEST_RANGE, TEST_KNOWN, TEST_UNKNOWN };

struct test {
	enum test_op op;
	int64_t a, b;		/* numbers; seconds; of a choice the place */
	const char *word;
	struct test *next;	/* one of them has to hold */
};

enum cond_kind { COND_ALL, COND_ANY, COND_NOT, COND_TEST };

struct cond {
	enum cond_kind kind;
	const struct fact *fact;	/* TEST */
	struct test *test;
	struct cond *first, *next;
};

struct question;

struct branch {			/* nothing, when all are NULL */
	const struct yaml *at;
	const struct outcome *outcome;
	const struct tree *tree;
	struct question *list;
};

struct reply_to {		/* one of a question's answers */
	const char *text;
	struct test *test;	/* NULL: else */
	struct branch branch;
	int line;
	struct reply_to *next;
};

struct question {
	const char *ask;
	const struct yaml *at;
	struct cond *when;	/* or: */
	const struct fact *of;
	struct reply_to *answer;
	struct branch yes, no;
	struct branch *also;	/* noted on a yes; then it goes on */
	size_t alsos;
	struct question *next;
};

struct tree {
	const char *name, *about;
	const struct yaml *at, *examples;
	struct question *question;
	struct branch otherwise;
	int cost;		/* questions at worst; -1: not known yet */
	bool open;		/* it is being looked at */
};

struct trees {
	struct arena arena;
	struct fact *fact;
	size_t facts;
	struct outcome *outcome;
	size_t outcomes;
	struct tree *tree;
	size_t n;
};

struct known {			/* the value of a fact */
	bool known;
	int64_t number;
	const char *word;
	const char *const *words;
};

struct facts {
	const struct trees *trees;
	struct arena arena;
	struct known *value;
};

const struct fact *fact_find(const struct trees *, const char *name);
/* treetest.c: conditions, read and met. */
int	cond_load(struct trees *, const struct yaml *, struct cond **,
	    struct err *);
int	test_load(struct trees *, const struct fact *, const struct yaml *at,
	    const char *text, struct test **, struct err *);
bool	test_holds(const struct fact *, const struct test *,
	    const struct known *);
bool	cond_holds(const struct cond *, const struct facts *);
bool	cond_same(const struct cond *, const struct cond *);
/* Whether whatever meets b meets a. */
bool	test_covers(const struct test *a, const struct test *b);
/* A value as text; in the arena. */
const char *known_text(const struct fact *, const struct known *,
	    struct arena *);
/* The value of a fact, derived ones worked out. */
struct known facts_get(const struct facts *, const struct fact *);
/* A value from text into *out, words into the arena; false: it cannot be. */
bool	known_parse(const struct fact *, const char *, struct known *,
	    struct arena *);

#endif
