#include "triage.h"

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "run", triage_run, "[--replay] [--pending | FILE...]",
		    NEED_ORG | MAY_WRITE | NEED_SECRETS, run_options,
		    run_option },
		{ "signals", triage_signals,
		    "[--replay] [--prevented] [FILE.csv | FILE...]",
		    NEED_ORG | MAY_WRITE, signals_options, signals_option },
		{ "explain", triage_explain, "[--rule ID] TICKET [FILE...]",
		    NEED_ORG | NEED_SECRETS, explain_options,
		    explain_option },
		{ "decide", triage_decide, "[TREE [FACT=VALUE...] [FILE...]]",
		    NO_STORE, NULL, NULL },
		{ "test", triage_test, "[--map FILE] [--least N] [FILE...]",
		    NO_STORE | NEED_SECRETS, test_options, test_option },
		{ "backtest", triage_backtest, "[--against PATH] [--from TIME] "
		    "[--to TIME] [FILE...]", NEED_ORG | NEED_SECRETS,
		    backtest_options, backtest_option },
		{ "lint", triage_lint, "", NEED_ORG | NO_STORE, NULL, NULL },
		{ 0 }
	};

	return cmd_main("tai-triage", verbs, argc, argv);
}
