#include "csat.h"

int
main(int argc, char **argv)
{
	static const struct option score[] = {
		{ "days", required_argument, NULL, OPT_DAYS },
		{ 0 }
	};
	static const struct verb verbs[] = {
		{ "score", csat_score, "[--days N] [-|FILE...]", NEED_ORG,
		    score, csat_score_option },
		{ "tell", csat_tell, "[-n] [-|FILE...]", NEED_ORG | MAY_WRITE,
		    NULL, NULL },
		{ 0 }
	};

	return cmd_main("tai-csat", verbs, argc, argv);
}
