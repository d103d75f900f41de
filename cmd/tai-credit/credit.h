/* The verbs of tai-credit. */
#ifndef TAI_CREDIT_H
#define TAI_CREDIT_H

#include "cmd.h"

int	credit_compute(struct cmd *, struct err *);

#endif
