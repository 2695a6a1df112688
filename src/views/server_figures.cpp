#include "views/server_figures.hpp"

namespace evenkeel::views {
namespace {

std::optional<SysTime> time_of(store::Tx& tx, std::string_view sql) {
  const auto at = tx.integer(sql);
  return at == 0 ? std::nullopt : std::optional(from_millis(at));
}

}  // namespace

ServerFigures server_figures(store::Tx& tx, SysTime now) {
  ServerFigures f;
  for (const auto* state : {"waiting", "running", "dead", "unconfirmed"}) f.jobs[state] = 0;
  tx.exec("SELECT state, count(*) FROM job WHERE state <> 'done' GROUP BY state", {},
          [&](const store::Row& row) { f.jobs[row.text(0)] = row.integer(1); });
  tx.exec("SELECT count(*), min(due_at) FROM job WHERE state = 'waiting' AND due_at <= $1", {to_millis(now)}, [&](const store::Row& row) {
    f.due = row.integer(0);
    if (!row.null(1)) f.oldest_due = from_millis(row.integer(1));
  });
  f.held_runs = tx.integer("SELECT count(*) FROM run WHERE state = 'held'");
  f.open_alerts = tx.integer("SELECT count(*) FROM alert WHERE state = 'open'");
  f.sessions = tx.integer("SELECT count(*) FROM api_token WHERE via = 'web' AND revoked_at IS NULL AND expires_at > $1", {to_millis(now)});
  f.entries = tx.integer("SELECT size FROM ledger_head WHERE id = 1");
  tx.exec("SELECT at, problems FROM ledger_check ORDER BY at DESC, id DESC LIMIT 1", {}, [&](const store::Row& row) {
    f.verified = from_millis(row.integer(0));
    f.problems = row.integer(1);
  });
  f.checkpointed = time_of(tx, "SELECT max(finished_at) FROM job WHERE kind = 'checkpoint_mail' AND state = 'done'");
  f.witnessed = time_of(tx, "SELECT max(at) FROM cosignature");
  f.checkpoints_dead = tx.integer("SELECT count(*) FROM job WHERE kind IN ('checkpoint_mail', 'checkpoint_witness') AND state = 'dead'");
  return f;
}

}  // namespace evenkeel::views
