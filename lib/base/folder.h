/* The files below a folder, its folders' too, in the order of their names. */
#ifndef TAI_BASE_FOLDER_H
#define TAI_BASE_FOLDER_H

#include "base/err.h"

struct folder;

int	folder_open(struct folder **, const char *path, struct err *);
/*
 * The next file: 1 (the descriptor is the caller's; the name, relative to the
 * folder, is valid until the next call), 0 the end, -1 for what is no file
 * (links are not followed), cannot be read or lies too deep (ERR_INPUT,
 * reading goes on). A file that is gone by now is passed over.
 */
int	folder_next(struct folder *, int *fd, const char **name,
	    struct err *);
void	folder_close(struct folder *);

#endif
