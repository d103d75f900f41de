/*
 * Files within files: a folder, a zip or tar archive (which may be
 * compressed), or a compressed file (gzip, xz, zstd, bzip2), recognised by
 * content, as a stream of entries. An entry of a folder or an archive that is
 * compressed is unpacked as well; an archive in an archive or a folder comes
 * as it is. Hostile archives are expected: names are relative, without "..",
 * nothing is written to disk, and what comes out is bounded.
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

/*
 * A plain file, and what a compressed one holds, is a bundle of one entry,
 * with the name of its path.
 */
int	bundle_open(struct bundle **, const char *path,
	    const struct bundle_limits *, struct err *);
/*
 * The same from a descriptor (stdin), which it does not close. Of a pipe no
 * more is read than it takes to see what it is: a line, as a rule.
 */
int	bundle_open_fd(struct bundle **, int fd, const char *name,
	    const struct bundle_limits *, struct err *);
/*
 * The next file: 1 (its source and its name are valid until the next call; it
 * need not be read to its end), 0 the end, -1: a damaged or refused entry
 * (ERR_INPUT, reading can go on: links, devices, encrypted entries, names
 * that lead out) or a failure (other kinds). A read that meets damage or a
 * limit fails with ERR_INPUT as well; behind it the next entry can be had,
 * if any. Folders come in the order of their names, archives in their own.
 * Folders as entries and what systems leave behind (.DS_Store, __MACOSX) are
 * passed over. *mtime (may be NULL) is TIME_NONE when it is not known.
 */
int	bundle_next(struct bundle *, struct source *, int64_t *mtime,
	    struct err *);
void	bundle_close(struct bundle *);

#endif
