/*
 * Raw bytes as lines of a backup, between tai-desk log and tai-ingest
 * records: {"v":1,"type":"blob","id":…,"sha256":HEX,"part":1,"parts":2,
 * "pending":true (mail) or "post","data":BASE64}. At most 8 MiB of bytes a line; the parts of
 * one blob follow one another.
 */
#ifndef TAI_FORMAT_BLOBLINE_H
#define TAI_FORMAT_BLOBLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "format/record.h"

#define BLOB_PART	((size_t)8 << 20)
#define BLOB_MAX	((size_t)512 << 20)

/* What raw bytes wait for: mail to be parsed, a webhook's body to be read. */
enum blob_wait { BLOB_KEPT, BLOB_MAIL, BLOB_POST };

/* Calls back with each line, without a newline, until that fails. */
int	blob_write(const uint8_t sha256[HASH_BYTES], const void *, size_t,
	    enum blob_wait, int (*line)(void *, const char *, size_t,
	    struct err *), void *, struct err *);

/* Gathering the parts. Zero-initialise; one blob at a time. */
struct blob_reader {
	struct buf data;	/* whole when blob_read returned 1 */
	uint8_t sha256[HASH_BYTES];
	enum blob_wait wait;
	int64_t part, parts;	/* read so far, of so many */
};
bool	blob_is(const struct rec *);	/* of the type "blob" */
/*
 * Takes the next line: 1 the blob is whole and has its hash, 0 more parts
 * are to come, -1 (ERR_INPUT) the line does not follow or is not right; then
 * the blob is forgotten, and the next one can begin.
 */
int	blob_read(struct blob_reader *, const struct rec *, struct err *);
/* At the end of input: -1 (ERR_INPUT) when parts are missing. */
int	blob_end(const struct blob_reader *, struct err *);
void	blob_free(struct blob_reader *);

/* RFC 4648, with padding and nothing else; decoding returns 0 or -1. */
void	base64_encode(const void *, size_t, struct buf *);
int	base64_decode(const char *, size_t, struct buf *);

#endif
