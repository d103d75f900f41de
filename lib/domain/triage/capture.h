/* A named part of a customer's words, for answers that repeat it. */
#ifndef TAI_DOMAIN_CAPTURE_H
#define TAI_DOMAIN_CAPTURE_H

#define CAPTURE_MAX	80	/* bytes of a value */
#define CAPTURES_MAX	16	/* of a rule */

struct capture {
	const char *name, *value;	/* the value is one line */
};

#endif
