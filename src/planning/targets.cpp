#include "planning/targets.hpp"

#include "store/rows.hpp"

namespace evenkeel::planning {
namespace {

struct Deployed {
  std::string version;
  SysTime at;
};
std::optional<Deployed> last_deployed(store::Tx& tx, const std::string& service, const std::string& environment) {
  std::optional<Deployed> last;
  tx.exec(
      "SELECT CASE result WHEN 'success' THEN version ELSE from_version END, started_at FROM deployment WHERE service = $1 AND environment "
      "= $2 AND result IN ('success', 'rolled_back') ORDER BY started_at DESC LIMIT 1",
      {service, environment}, [&](const store::Row& row) { last = Deployed{row.text(0), from_millis(row.integer(1))}; });
  return last;
}

}  // namespace

std::optional<TargetVersion> told_of(store::Tx& tx, const std::string& service, const std::string& environment, const std::string& target) {
  auto told = store::one<TargetVersion>(tx, "target_version", "WHERE service = $1 AND environment = $2 AND target = $3",
                                        {service, environment, target});
  if (const auto last = last_deployed(tx, service, environment); told && last && last->at > told->at) return {};
  return told;
}

std::string running_version(store::Tx& tx, const std::string& service, const std::string& environment, const std::string& target) {
  if (const auto told = told_of(tx, service, environment, target)) return told->version;
  const auto last = last_deployed(tx, service, environment);
  return last ? last->version : "";
}

void note_version(store::Tx& tx, const TargetVersion& v) {
  tx.exec(
      "INSERT INTO target_version (service, environment, target, version, run_id, stated_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON "
      "CONFLICT (service, environment, target) DO UPDATE SET version = excluded.version, run_id = excluded.run_id, stated_by = "
      "excluded.stated_by, at = excluded.at",
      {v.service, v.environment, v.target, v.version, v.run_id, v.stated_by, to_millis(v.at)});
}

}  // namespace evenkeel::planning
