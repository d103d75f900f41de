#include "report.h"

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "daily", report_daily,
		    "[--text|--html|--json] [-o FILE] [-|FILE...]",
		    NEED_ORG | NEED_SLA | NEED_SECRETS, NULL, NULL },
		{ 0 }
	};

	return cmd_main("tai-report", verbs, argc, argv);
}
