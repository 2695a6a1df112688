#include "gonogo/refusals.hpp"

#include "planning/find.hpp"

namespace evenkeel::gonogo {

void note_refusals(store::Tx& tx, const std::string& reference, const std::vector<Refusal>& refusals, SysTime now) {
  const auto release = planning::find_release(tx, reference);
  if (!release) return;
  for (const auto& r : refusals)
    tx.exec("INSERT INTO gate_refusal (id, gate, release_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
            {fmt::format("{}/{}/{}", r.rule, release->id, to_date(now)), r.rule, release->id, to_millis(now)});
}

std::set<std::string> refused_since(store::Tx& tx, SysTime since) {
  std::set<std::string> out;
  tx.exec("SELECT DISTINCT gate FROM gate_refusal WHERE at >= $1", {to_millis(since)},
          [&](const store::Row& row) { out.insert(row.text(0)); });
  return out;
}

}  // namespace evenkeel::gonogo
