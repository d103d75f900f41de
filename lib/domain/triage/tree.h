/*
 * rules/escalation.yaml: decision trees. A tree is a list of questions about
 * named facts, asked in their order; an answer leads to an outcome, to another
 * tree or to further questions, or to nothing, and then the next question is
 * asked. tai-rules(5), DECISION TREES.
 */
#ifndef TAI_DOMAIN_TREE_H
#define TAI_DOMAIN_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "format/yaml.h"

struct trees;

/* The YAML must outlive the trees. ERR_CONFIG with file and line. */
int	trees_load(struct trees **, const struct yaml *, struct err *);
void	trees_free(struct trees *);			/* NULL is none */
/* Names in the file's order, NULL behind the last; what a tree is for. */
const char *trees_name(const struct trees *, size_t i);
const char *trees_about(const struct trees *, const char *tree);
bool	trees_has(const struct trees *, const char *tree);
/* The names of the facts, NULL behind the last. */
const char *trees_fact(const struct trees *, size_t i);
/* Seconds of "within" beside a fact that counts; 0 without. */
int64_t	trees_within(const struct trees *, const char *fact);

/* What is known, of the facts that the trees declare. */
struct facts;
struct facts *facts_new(const struct trees *);
void	facts_free(struct facts *);
void	facts_clear(struct facts *);		/* nothing is known */
/*
 * As a person writes it: "HIGH", "2h", "50", "yes", words with commas.
 * ERR_USAGE for a fact that is not declared or a value that it cannot have.
 */
int	facts_set(struct facts *, const char *name, const char *value,
	    struct err *);
/*
 * As tools know it; a fact that the file does not declare, or declares as of
 * another kind, is passed over. Texts are copied; "" and NULL are unknown.
 */
void	facts_word(struct facts *, const char *name, const char *);
void	facts_words(struct facts *, const char *name, const char *const *);
void	facts_truth(struct facts *, const char *name, bool);
void	facts_count(struct facts *, const char *name, int64_t);
void	facts_time(struct facts *, const char *name, int64_t seconds);

struct outcome {		/* texts are the file's */
	const char *name, *file;
	int line;
	int level;		/* of the escalation, 1-4; 0: of none */
	const char *const *to;	/* targets, NULL ends */
	int64_t within;		/* seconds; 0: not said */
	const char *team, *channel;	/* or NULL */
	bool page;		/* people are paged, too */
	const char *severity;	/* of an incident, "P1"; or NULL */
	const char *const *todo;	/* what else is to be done, NULL ends */
	const char *const *roles;	/* who may have the ticket, NULL ends */
	bool awake;		/* now, not at the next shift */
	const char *oncall;	/* the rota of whoever may have it; or NULL */
	/* Where that leads to nobody: words of team_meant, NULL ends. */
	const char *const *fallback;
};

/*
 * What a tree came to: its outcomes in the order met, each once, and what
 * they say together: the highest level, everybody of them, the shortest time,
 * the first team, channel, severity and roles that are said.
 */
struct decision {		/* in the arena of tree_decide */
	const struct outcome **outcome;
	size_t n;
	int level;
	const char *const *to;	/* also the channels; each once, NULL ends */
	const char *const *fallback;	/* of those; NULL ends */
	int64_t within;
	bool page;
	const char *why;	/* the outcome of the level; NULL for none */
	const struct outcome *route;	/* says team or channel; or NULL */
	const struct outcome *assign;	/* says roles or oncall; or NULL */
	const char *severity;
};

struct asked {			/* a question, as it was answered */
	const char *tree, *ask, *file;
	int line;
	const char *facts;	/* "severity HIGH, tier unknown" */
	const char *answer;	/* "yes", "no", "over 30m" */
	const char *leads;	/* outcome or tree; NULL: on to the next */
};

/*
 * Asks a tree; step (may be NULL) hears of each question. -1 (ERR_USAGE) when
 * there is no such tree. Pure: facts and file alone decide.
 */
int	tree_decide(const struct trees *, const char *tree,
	    const struct facts *, void (*step)(void *, const struct asked *),
	    void *, struct arena *, struct decision *, struct err *);

/* Runs the examples; told hears of those that fail; returns how many. */
int	trees_test(const struct trees *, void (*told)(void *, const char *file,
	    int line, const char *what), void *, size_t *ran);
/* What looks wrong, and every target that outcomes name. */
int	trees_lint(const struct trees *, void (*told)(void *, const char *file,
	    int line, const char *what), void *);
const struct outcome *trees_outcome(const struct trees *, size_t i);

#endif
