#include "changelog/writers.hpp"

#include "accounts/accounts.hpp"

namespace evenkeel::changelog {
namespace {

constexpr auto forgotten_after = std::chrono::minutes{1};

struct WriterRow {
  std::string text_key, person_id;
  SysTime since, seen_at;
};
BOOST_DESCRIBE_STRUCT(WriterRow, (), (text_key, person_id, since, seen_at))

Result<std::string> key_of(Work& work, const SignOfWriting& sign) {
  if (sign.entry) {
    const auto entry = store::one<ChangelogEntry>(work.tx, "changelog_entry", "WHERE id = $1", {*sign.entry});
    if (!entry) return not_found(fmt::format("there is no changelog entry '{}'; `evenkeel entries` lists them", *sign.entry));
    return fmt::format("entry {}", entry->id);
  }
  if (!sign.release || !sign.audience) return invalid("name an entry, or a release and an audience", "entry");
  return fmt::format("note {} {}", TRY(planning::find_release(work.tx, *sign.release)).id, json::enum_text(*sign.audience));
}

}  // namespace

Result<std::vector<Writer>> sign_of_writing(Work& work, const SignOfWriting& sign) {
  const auto key = TRY(key_of(work, sign));
  work.tx.exec("DELETE FROM writer WHERE seen_at < $1", {to_millis(work.now - forgotten_after)});
  if (work.actor.kind == ActorKind::person && sign.writing)
    work.tx.exec(
        "INSERT INTO writer (text_key, person_id, since, seen_at) VALUES ($1, $2, $3, $3) "
        "ON CONFLICT (text_key, person_id) DO UPDATE SET seen_at = excluded.seen_at",
        {key, work.actor.id, to_millis(work.now)});
  else
    work.tx.exec("DELETE FROM writer WHERE text_key = $1 AND person_id = $2", {key, work.actor.id});
  std::vector<Writer> others;
  for (const auto& row :
       store::all<WriterRow>(work.tx, "writer", "WHERE text_key = $1 AND person_id <> $2 ORDER BY since, person_id", {key, work.actor.id}))
    others.push_back({row.person_id, accounts::name_of(work.tx, row.person_id), row.since});
  return others;
}

}  // namespace evenkeel::changelog
