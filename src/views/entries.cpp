#include "views/entries.hpp"

#include "accounts/accounts.hpp"
#include "accounts/actor_name.hpp"
#include "ledger/deed.hpp"
#include "planning/planning.hpp"

namespace evenkeel::views {

Result<std::vector<EntryRow>> read_entries(Work& work, const ReadEntries& in) {
  std::string where = "WHERE id < $1";
  store::Args args{in.before.value_or(std::numeric_limits<std::int64_t>::max())};
  const auto narrow = [&](const std::string& condition, const std::string& value) {
    args.emplace_back(value);
    where += fmt::format(" AND {} ${}", condition, args.size());
  };
  if (!in.release.empty()) narrow("release_id =", TRY(planning::find_release(work.tx, in.release)).id);
  if (!in.actor.empty()) {
    const auto person = accounts::find_person(work.tx, in.actor);
    if (!person) return not_found(fmt::format("there is no person '{}'", in.actor));
    narrow("actor =", person->id);
  }
  if (!in.kind.empty()) {
    narrow("kind >=", in.kind);
    narrow("kind <", in.kind + "\x7f");
  }
  args.emplace_back(std::clamp<std::int64_t>(in.limit, 1, 500));
  std::vector<EntryRow> rows;
  std::vector<ledger::Entry> entries;
  work.tx.exec(fmt::format("SELECT id, bytes, leaf FROM ledger_entry {} ORDER BY id DESC LIMIT ${}", where, args.size()), args,
               [&](const store::Row& row) {
                 auto e = ledger::parse_entry(row.blob(1));
                 if (!e) return;
                 rows.push_back({row.integer(0), e->at, "", e->kind, e->subject, e->release, ledger::deed_of(*e), to_hex(row.blob(2))});
                 entries.push_back(std::move(*e));
               });
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].actor = accounts::actor_name(work.tx, entries[i]);
  return rows;
}

}  // namespace evenkeel::views
