/* The files of a Maildir, and which of them the store has taken before. */
#ifndef TAI_INGEST_NAMES_H
#define TAI_INGEST_NAMES_H

#include "cmd.h"

struct names {
	char **name;		/* "cur/1767225600.M1.host:2,S", by delivery */
	size_t n, room;
	size_t files;		/* in all */
	size_t put_aside;	/* of them drafts and what is in the trash */
	uint64_t folder;	/* what the store knows it by; 0 without one */
	uint64_t *taken;	/* from the store */
	bool *there;		/* whether that file still is */
	size_t ntaken;
	struct arena arena;
};

/*
 * Lists new and cur of an open folder; with all also what was taken before.
 * Fails when it is no Maildir.
 */
int	names_list(struct names *, struct cmd *, int folder, const char *path,
	    bool all, struct err *);
/*
 * What the store is to know a file by: a hash of its name up to the flags, or
 * 0 when the name is none that a delivery makes unique.
 */
uint64_t names_hash(const char *name);
/* Forgets in the store what is gone from the folder. */
int	names_forget(const struct names *, struct cmd *, struct err *);
void	names_free(struct names *);

#endif
