/*
 * Files within files: a folder, a zip or tar archive, or a compressed file
 * (gzip, xz, zstd, bzip2), recognised by content, as a stream of entries.
 * Hostile archives are expected: names are relative, without "..", nothing is
 * written to disk, and what comes out is bounded.
 */
#ifndef TAI_FORMAT_BUNDLE_H
#define TAI_FORMAT_BUNDLE_H

#include <stdint.h>

#include "base/source.h"

struct bundle;

struct bundle_limits {
	size_t entries;		/* files */
	int64_t entry, total;	/* bytes that come out */
	int64_t ratio;		/* out : in, once over 16 MiB came out */
};
extern const struct bundle_limits bundle_limits_default;

/* A plain file is a bundle of one entry, with the name of its path. */
int	bundle_open(struct bundle **, const char *path,
	    const struct bundle_limits *, struct err *);
/* The same from a descriptor (stdin), which it does not close. */
int	bundle_open_fd(struct bundle **, int fd, const char *name,
	    const struct bundle_limits *, struct err *);
/*
 * The next file: 1 (its source is valid until the next call; a read beyond a
 * limit fails with ERR_INPUT), 0 the end, -1: a damaged or refused entry
 * (ERR_INPUT, reading can go on) or a failure (other kinds). Folders come in
 * the order of their names, archives in their own.
 */
int	bundle_next(struct bundle *, struct source *, int64_t *mtime,
	    struct err *);
void	bundle_close(struct bundle *);

#endif
