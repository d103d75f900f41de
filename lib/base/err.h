/* Failures as values: the library fills a struct err, a verb prints it. */
#ifndef TAI_BASE_ERR_H
#define TAI_BASE_ERR_H

#include <stdarg.h>

/* What went wrong, numbered as the exit status it leads to (sysexits.h). */
enum err_kind {
	ERR_NONE = 0,
	ERR_USAGE = 64,		/* the command line */
	ERR_INPUT = 65,		/* a record, a mail, a line of data */
	ERR_BUG = 70,		/* ours */
	ERR_IO = 74,		/* a file, a pipe, a damaged store */
	ERR_AGAIN = 75,		/* busy, or the disk is full: later */
	ERR_CONFIG = 78,	/* rules, templates, options that disagree */
};

struct err {
	enum err_kind kind;
	char text[1000];	/* one line, the file and line first */
};

/*
 * Notes a failure and returns -1, so that a caller can return it. Only the
 * first failure is kept; control characters in it are shown as '?'.
 */
int	err_set(struct err *, enum err_kind, const char *, ...)
	    __attribute__((format(printf, 3, 4)));

void	err_clear(struct err *);

#endif
