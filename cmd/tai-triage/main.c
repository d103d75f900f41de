#include "triage.h"

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "run", triage_run, "[--replay] [--pending | FILE...]",
		    NEED_ORG | MAY_WRITE, run_options, run_option },
		{ "signals", triage_signals,
		    "[--replay] [--prevented] [FILE.csv | FILE...]",
		    NEED_ORG | MAY_WRITE, signals_options, signals_option },
		{ "explain", triage_explain, "TICKET [FILE...]",
		    NEED_ORG | NEED_SECRETS,
		    NULL, NULL },
		{ "decide", triage_decide, "[TREE [FACT=VALUE...] [FILE...]]",
		    NO_STORE, NULL, NULL },
		{ "test", triage_test, "", NO_STORE, NULL, NULL },
		{ "lint", triage_lint, "", NEED_ORG | NO_STORE, NULL, NULL },
		{ 0 }
	};

	return cmd_main("tai-triage", verbs, argc, argv);
}
