// What the end of a rollback asks of the run that was ordered.
#pragma once
#include "deploy/deploy.hpp"

namespace evenkeel::deploy {

/// What a rollback undoes. Throws for a spelling that is none of the acts.
health::ActKind act_of(const steps::Run& run);
/// A rollback of one component or of flags alone.
bool is_partial(const steps::Run& run);
/// The end of a rollback: deployments are marked, the release is rolled back.
Result<void> rolled_back(Work& work, planning::Release release, const steps::Run& run);

}  // namespace evenkeel::deploy
