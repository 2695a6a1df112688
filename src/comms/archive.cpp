#include "comms/archive.hpp"

#include "accounts/accounts.hpp"
#include "base/utf8.hpp"
#include "changelog/note_text.hpp"

namespace evenkeel::comms {
namespace {

using changelog::NoteAudience;

/// Letters, digits and everything beyond ASCII; nothing that either search language would read as a sign.
std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : clean_text(text, 400)) {
    if (std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80) {
      word += c;
      continue;
    }
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) words.push_back(std::move(word));
  if (words.size() > 16) words.resize(16);
  return words;
}

std::string query_of(const std::vector<std::string>& words, store::Dialect dialect) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    if (dialect == store::Dialect::sqlite)
      out += fmt::format("{}\"{}\"{}", i ? " " : "", words[i], last ? "*" : "");
    else
      out += fmt::format("{}'{}'{}", i ? " & " : "", words[i], last ? ":*" : "");
  }
  return out;
}

/// The surroundings of the first word that is found, on one line.
std::string excerpt_of(const std::string& body, const std::vector<std::string>& words) {
  const auto lowered = [](std::string s) {
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return s;
  };
  const auto low = lowered(body);
  std::size_t at = std::string::npos;
  for (const auto& w : words) at = std::min(at, low.find(lowered(w)));
  if (at == std::string::npos) at = 0;
  auto from = at > 60 ? body.find(' ', at - 60) : 0;
  if (from == std::string::npos || from > at) from = at;
  auto text = clean_text(std::string_view(body).substr(from), 180);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return (from > 0 ? "… " : "") + text + (from + 180 < body.size() ? " …" : "");
}

}  // namespace

Result<void> archive_release(Work& work, const ReleaseId& release_id) {
  const auto release = TRY(planning::find_release(work.tx, release_id));
  work.tx.lock("release", release.id);
  std::vector<ArchiveDocument> documents;
  const auto title = release.version + changelog::title_behind(release.version, release.title);
  const auto add = [&](const std::string& kind, std::string body, SysTime at) {
    documents.push_back({release.id + "/" + kind, release.id, release.version, release.area, kind, title, std::move(body), at});
  };
  std::string scope = fmt::format("{} {}, by {}, {}\n", release.area, release.version, accounts::name_of(work.tx, release.owner),
                                  json::enum_text(release.outcome));
  for (const auto& c : planning::components_of(work.tx, release.id)) scope += fmt::format("{} {}\n", c.service, c.version);
  work.tx.exec("SELECT external_id, title FROM change WHERE release_id = $1 ORDER BY merged_at, id", {release.id},
               [&](const store::Row& row) { scope += fmt::format("{} {}\n", row.text(0).substr(0, 12), row.text(1)); });
  const auto launch = launch_of(work.tx, release);
  for (const auto& [what, at] :
       {std::pair{"deployed", launch.deployed_at}, {"switched on", launch.switched_on_at}, {"announced", launch.announced_at}})
    if (at) scope += fmt::format("{} {}\n", what, to_date(*at));
  add("release", std::move(scope), release.planned_at);
  std::string entries;
  for (const auto& e : changelog::entries_of(work.tx, release))
    if (e.notable) entries += fmt::format("- {}: {}\n", changelog::type_text(e.type), e.text);
  if (!entries.empty()) add("entries", std::move(entries), release.planned_at);
  for (const auto audience : {NoteAudience::customers, NoteAudience::internal, NoteAudience::migration})
    if (const auto note = changelog::find_note(work.tx, release.id, audience))
      add(std::string(json::enum_text(audience)), changelog::without_marks(note->body), note->drafted_at);
  work.tx.exec("SELECT body, published_at FROM public_note WHERE release_id = $1 AND withdrawn_at IS NULL", {release.id},
               [&](const store::Row& row) { add("public", row.text(0), from_millis(row.integer(1))); });
  std::int64_t same = 0;
  for (const auto& d : documents)
    same += work.tx.integer("SELECT count(*) FROM archive_document WHERE id = $1 AND body = $2 AND title = $3", {d.id, d.body, d.title});
  if (same == std::int64_t(documents.size()) &&
      same == work.tx.integer("SELECT count(*) FROM archive_document WHERE release_id = $1", {release.id}))
    return {};
  work.tx.exec("DELETE FROM archive_document WHERE release_id = $1", {release.id});
  for (const auto& d : documents) store::insert(work.tx, "archive_document", d);
  return {};
}

std::vector<ArchiveHit> search_archive(store::Tx& tx, const ArchiveQuery& query) {
  const auto words = words_in(query.text);
  std::vector<ArchiveHit> hits;
  if (words.empty()) return hits;
  const bool sqlite = tx.dialect() == store::Dialect::sqlite;
  const std::string columns = "d.release_id, d.version, d.area, d.kind, d.title, d.body, d.at";
  const std::string found =
      sqlite ? "FROM archive_words JOIN archive_document d ON d.number = archive_words.rowid WHERE archive_words MATCH $1"
             : "FROM archive_document d WHERE d.words @@ to_tsquery('simple', $1)";
  const std::string order = sqlite ? "bm25(archive_words, 4.0, 1.0)" : "ts_rank(d.words, to_tsquery('simple', $1)) DESC";
  tx.exec(fmt::format("SELECT {} {} AND ($2 = '' OR d.area = $2){} ORDER BY {}, d.at DESC LIMIT $3", columns, found,
                      query.public_only ? " AND d.kind = 'public'" : " AND d.kind <> 'public'", order),
          {query_of(words, tx.dialect()), query.area, query.limit}, [&](const store::Row& row) {
            hits.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), excerpt_of(row.text(5), words),
                            query.public_only ? "/changelog/" + row.text(1) : "/releases/" + row.text(0), from_millis(row.integer(6))});
          });
  return hits;
}

}  // namespace evenkeel::comms
