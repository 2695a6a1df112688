// Checklist items that check themselves: a command that exits with 0, or an address that answers 2xx, ticks its item. Looked at every
// minute from the planning of a release until its first run begins.
#pragma once
#include "planning/jobs.hpp"
#include "steps/drive.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// When a release is planned: its "check_items" job, if a checklist of it has such items.
Result<void> plan_item_checks(Work& work, const ReleaseId& release_id);
/// "check_items": looks at each open one. A command runs as a step's does: as the step user, in its environment alone, its secrets struck
/// out of what is kept. Ends when all are ticked, with the release's first run, or with the release. Ledger: checklist.done.
Outcome check_items(Claim& claim, const planning::CheckItems& order, const steps::Surroundings& around);

}  // namespace evenkeel::jobs
