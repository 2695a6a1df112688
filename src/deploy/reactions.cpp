#include "work/reactions.hpp"

#include "deploy/deploy.hpp"
#include "health/events.hpp"

namespace evenkeel::deploy {
namespace {

/// A watch that pages has noticed the failure of what it watches.
Result<void> note_detected_by_watch(Work& work, const ledger::Entry& e) {
  const auto alert = store::one<health::Alert>(work.tx, "alert", "WHERE id = $1", {e.subject});
  if (!alert) return {};
  for (const auto& part : alert->parts)
    if (const auto watch = health::find_watch(work.tx, part.watch_id))
      for (const auto& d : store::all<Deployment>(work.tx, "deployment", "WHERE run_id = $1 AND service = $2 AND detected_at IS NULL",
                                                  {watch->run_id, watch->service}))
        note_detected(work.tx, d.id, e.at, NoticedBy::watch);
  return {};
}

}  // namespace

jobs::Reactions reactions() {
  return {jobs::on_events<health::AlertOpened, health::AlertGrew>("note_detected", Member::health_monitor, note_detected_by_watch)};
}

}  // namespace evenkeel::deploy
