#include "planning/voids.hpp"

#include "accounts/accounts.hpp"

namespace evenkeel::planning {
namespace {

/// The newest word of each person in each role, with what it speaks of.
struct Spoken {
  std::string role, person;
  std::set<std::string> of;
};
std::vector<Spoken> words(store::Tx& tx, const Release& release) {
  const auto now = scope_now(tx, release);
  std::map<std::pair<std::string, std::string>, std::set<std::string>> newest;
  tx.exec(
      "SELECT s.role, s.person, s.scope_hash, p.parts FROM sign_off s LEFT JOIN sign_off_parts p ON p.id = s.id WHERE s.release_id = $1 "
      "ORDER BY s.at, s.id",
      {release.id}, [&](const store::Row& row) {
        std::optional<ScopeParts> parts;
        if (!row.null(3)) parts = json::read_text<ScopeParts>(row.text(3)).value_or(ScopeParts{});
        newest[{row.text(0), row.text(1)}] = spoken_of(now, row.text(2), parts);
      });
  std::vector<Spoken> out;
  for (auto& [who, of] : newest)
    if (!of.empty()) out.push_back({who.first, who.second, std::move(of)});
  return out;
}

}  // namespace

ScopeNow scope_now(store::Tx& tx, const Release& release) { return {scope_hash(tx, release), scope_parts(tx, release)}; }

std::set<std::string> spoken_of(const ScopeNow& now, const std::string& hash, const std::optional<ScopeParts>& parts) {
  std::set<std::string> out;
  for (const auto& [service, part] : now.parts) {
    const auto then = parts ? parts->find(service) : ScopeParts::const_iterator{};
    if (parts ? then != parts->end() && then->second == part : hash == now.hash) out.insert(service);
  }
  return out;
}

std::vector<std::string> voided_by(store::Tx& tx, const Release& release, const std::set<std::string>& touched) {
  std::vector<std::string> voids;
  if (touched.empty()) return voids;
  const auto components = components_of(tx, release.id);
  const auto is_touched = [&](const std::string& service) { return touched.contains(service); };
  for (const auto& word : words(tx, release)) {
    std::vector<std::string> of;
    std::copy_if(word.of.begin(), word.of.end(), std::back_inserter(of), is_touched);
    if (of.empty()) continue;
    const auto which = of.size() == components.size() ? "" : fmt::format(" for {}", fmt::join(of, ", "));
    voids.push_back(fmt::format("the vote of {} as {}{}", accounts::name_of(tx, word.person), word.role, which));
  }
  if (tx.value("SELECT id FROM assessment WHERE release_id = $1 AND scope_hash = $2", {release.id, scope_hash(tx, release)}))
    voids.push_back("the risk assessment");
  for (const auto& c : components)
    if (c.confirmed_at && is_touched(c.service))
      voids.push_back(fmt::format("the confirmation of {} by {}", c.service, accounts::name_of(tx, c.confirmed_by)));
  return voids;
}

void forget_artefact(store::Tx& tx, const Release& release, const std::string& service) {
  tx.exec("UPDATE component SET digest = '', commit_id = '' WHERE release_id = $1 AND service = $2", {release.id, service});
}

void void_confirmations(store::Tx& tx, const Release& release, const std::set<std::string>& touched) {
  for (const auto& service : touched)
    tx.exec("UPDATE component SET confirmed_by = '', confirmed_at = NULL WHERE release_id = $1 AND service = $2", {release.id, service});
}

}  // namespace evenkeel::planning
