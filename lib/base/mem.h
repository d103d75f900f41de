/* Memory: exhaustion ends the program; arenas free in one go. */
#ifndef TAI_BASE_MEM_H
#define TAI_BASE_MEM_H

#include <stddef.h>

#include "base/err.h"

/* The exit status of a process that memory did not suffice for. */
#define MEM_EXHAUSTED	ERR_AGAIN

void	*xmalloc(size_t);
void	*xcalloc(size_t, size_t);
void	*xrealloc(void *, size_t);
/* Room for n items of the size, checked for overflow. */
void	*xreallocarray(void *, size_t, size_t);
char	*xstrdup(const char *);

/* Zero-initialise; whatever it hands out lives until reset or free. */
struct arena {
	struct arena_block *head;
	size_t used;		/* bytes taken of the head block */
};

void	*arena_alloc(struct arena *, size_t);	/* aligned, not cleared */
void	*arena_zalloc(struct arena *, size_t);	/* aligned, cleared */
char	*arena_strdup(struct arena *, const char *);
char	*arena_strndup(struct arena *, const char *, size_t);
char	*arena_printf(struct arena *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* Forgets everything handed out and keeps one block for what comes next. */
void	arena_reset(struct arena *);
void	arena_free(struct arena *);

#endif
