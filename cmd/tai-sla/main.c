#include "sla.h"

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "clock", sla_clock, "[--events] [--only] [--pending] "
		    "[FILE...]", NEED_ORG | NEED_SLA | MAY_WRITE,
		    clock_options, clock_option },
		{ "due", sla_due, "[FILE...]", NEED_ORG | NEED_SLA, NULL,
		    NULL },
		{ "watch", sla_watch, "[-n] [--explain] [FILE...]",
		    NEED_ORG | NEED_SLA | NEED_SECRETS | MAY_WRITE,
		    watch_options, watch_option },
		{ "achievement", sla_achievement, "[--month MONTH | --from "
		    "TIME --to TIME] [--customer ID] [FILE...]",
		    NEED_ORG | NEED_SLA, achievement_options,
		    achievement_option },
		{ "what-if", sla_whatif, "--policy NEW [--from TIME] "
		    "[--to TIME] [-v] [FILE...]", NEED_ORG | NEED_SLA,
		    whatif_options, whatif_option },
		{ "explain", sla_explain, "TICKET [FILE...]",
		    NEED_ORG | NEED_SLA | NEED_SECRETS, NULL, NULL },
		{ "lint", sla_lint, "", NEED_ORG | NEED_SLA | NO_STORE, NULL,
		    NULL },
		{ "calendar", sla_calendar, "add | subtract | between | at | "
		    "next | previous | windows | days | show CALENDAR "
		    "[VALUE [VALUE]]", NO_STORE, calendar_options,
		    calendar_option },
		{ "oncall", sla_oncall, "[now | at TIME | page SEVERITY "
		    "[TIME] | schedule | lint [FILE...] | pay | ics] "
		    "[--from TIME] [--to TIME] [--rota ROTA] "
		    "[--person PERSON]", NEED_ORG, oncall_options,
		    oncall_option },
		{ "incident", sla_incident, "[list | open TITLE | update "
		    "INCIDENT | resolve INCIDENT | postmortem INCIDENT | show "
		    "INCIDENT | tell | suggest] [-m TEXT] [--severity P] "
		    "[--facts NAME=VALUE,...] [--affects A,B] [--customers "
		    "A,B] [FILE...]", NEED_ORG | NEED_SLA | MAY_WRITE, incident_options, incident_option },
		{ "maintenance", sla_maintenance, "[list | open TITLE "
		    "--started TIME --ended TIME [--announced TIME] "
		    "[--repeat RRULE] "
		    "[--affects A,B] | cancel KEY | tell] [FILE...]",
		    NEED_ORG | MAY_WRITE, maintenance_options,
		    incident_option },
		{ "uptime", sla_uptime, "[--month MONTH | --from TIME --to "
		    "TIME] [--customer ID] [--service NAME] [--explain] "
		    "[FILE...]", NEED_ORG | NEED_SLA, uptime_options,
		    uptime_option },
		{ "burn", sla_burn, "[--window TIME] [--service NAME] "
		    "[--customer ID] [--target PERCENT] [--tell] [FILE...]",
		    NEED_ORG | NEED_SLA | MAY_WRITE, burn_options,
		    burn_option },
		{ 0 }
	};

	return cmd_main("tai-sla", verbs, argc, argv);
}
