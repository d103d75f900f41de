#include "credit.h"

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "compute", credit_compute, "[FILE...]",
		    NEED_ORG | MAY_WRITE, NULL, NULL },
		{ 0 }
	};

	return cmd_main("tai-credit", verbs, argc, argv);
}
