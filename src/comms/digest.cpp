#include "comms/digest.hpp"

#include "changelog/keep_a_changelog.hpp"
#include "changelog/note_text.hpp"
#include "changelog/translation.hpp"
#include "comms/events.hpp"
#include "comms/jobs.hpp"
#include "comms/reader_words.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::comms {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

SysTime first_of(int y, int m) {
  y += (m - 1) / 12;
  m = (m - 1) % 12 + 1;
  return std::chrono::sys_days{year{y} / month{unsigned(m)} / day{1}};
}

/// Order of the parts, and other names that authors give them.
struct Part {
  std::string_view PartNames::* title;
  std::vector<std::string_view> names;
};
const std::vector<Part>& parts() {
  static const std::vector<Part> all = {{&PartNames::act, {"breaking", "breaking changes"}},
                                        {&PartNames::removed, {}},
                                        {&PartNames::going_away, {"deprecated"}},
                                        {&PartNames::safer, {"security"}},
                                        {&PartNames::fresh, {"added", "features"}},
                                        {&PartNames::better, {"changed", "improved"}},
                                        {&PartNames::fixed, {"bug fixes"}},
                                        {&PartNames::more, {}}};
  return all;
}
std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}
/// A note that nobody has translated stands in a digest of another language under the names it was written with.
std::size_t part_of(std::string_view wanted, const PartNames& titles) {
  const auto name = lowered(wanted);
  for (std::size_t i = 0; i + 1 < parts().size(); ++i) {
    const auto& part = parts()[i];
    if (name == lowered(titles.*part.title) || name == lowered(reader_words("en").parts.*part.title) ||
        std::find(part.names.begin(), part.names.end(), name) != part.names.end())
      return i;
  }
  return parts().size() - 1;
}

std::string indented(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

}  // namespace

Result<Period> read_period(std::string_view name) {
  const auto digits = [](std::string_view s) { return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos; };
  if (name.size() == 7 && name[4] == '-' && digits(name.substr(0, 4))) {
    const int y = std::stoi(std::string(name.substr(0, 4)));
    if (name[5] == 'Q' && name[6] >= '1' && name[6] <= '4') {
      const int m = (name[6] - '1') * 3 + 1;
      return Period{std::string(name), first_of(y, m), first_of(y, m + 3)};
    }
    if (digits(name.substr(5)) && name.substr(5) >= "01" && name.substr(5) <= "12") {
      const int m = std::stoi(std::string(name.substr(5)));
      return Period{std::string(name), first_of(y, m), first_of(y, m + 1)};
    }
  }
  return invalid(fmt::format("'{}' is no period; write 2026-03 or 2026-Q1", name), "period");
}

Period period_of(SysTime at, Rhythm rhythm) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(at)};
  const int y = int(date.year());
  const auto m = unsigned(date.month());
  return read_period(rhythm == Rhythm::quarterly ? fmt::format("{:04}-Q{}", y, (m - 1) / 3 + 1) : fmt::format("{:04}-{:02}", y, m)).value();
}

Digest digest_of(const std::vector<PublishedNote>& notes, const Period& period, const std::string& organisation, std::string_view locale) {
  const auto& says = reader_words(locale);
  Digest digest{.period = period.name, .title = fmt::format(fmt::runtime(says.digest_title), organisation, period.name)};
  std::vector<std::string> texts(parts().size());
  for (const auto& note : notes) {
    const auto behind = fmt::format(" ({} {}, {})", note.area, note.version, to_date(note.at));
    const auto document = changelog::Document::parse("## Unreleased\n\n### More\n\n" + markdown::without_html(note.body));
    bool any = false;
    for (const auto& release : document.releases())
      for (const auto& section : release.sections)
        for (const auto& item : section.entries) {
          auto text = document.entry(section, item).text;
          const auto first = text.find('\n');
          text.insert(std::min(first, text.size()), behind);
          texts[part_of(section.name, says.parts)] += "- " + indented(text) + "\n";
          ++digest.entries;
          any = true;
        }
    if (any || note.changes_nothing) continue;
    auto words = note.body.substr(0, note.body.find("\n\n"));
    std::replace(words.begin(), words.end(), '\n', ' ');
    texts.back() += "- " + words + behind + "\n";
    ++digest.entries;
  }
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (!texts[i].empty())
      digest.body += fmt::format("{}### {}\n\n{}", digest.body.empty() ? "" : "\n", says.parts.*parts()[i].title, texts[i]);
  return digest;
}

namespace {

/// The notes that readers of this choice of areas were given in the period, in the language they were written in or in `locale`.
std::vector<PublishedNote> notes_of(store::Tx& tx, const Period& period, const std::string& audience, const std::vector<std::string>& areas,
                                    const std::string& locale) {
  std::vector<PublishedNote> notes;
  std::vector<std::string> hashes;  // of their wordings
  std::set<std::string> seen;
  tx.exec(
      "SELECT p.release_id, r.version, r.area, w.body, p.at, p.body_hash, w.changes_nothing FROM publication p JOIN communication c ON "
      "c.id = "
      "p.communication_id "
      "JOIN release r ON r.id = p.release_id JOIN note n ON n.release_id = p.release_id AND n.audience = 'customers' "
      "JOIN note_wording w ON w.id = n.id || '/' || p.body_hash "
      "WHERE c.kind = 'notes' AND p.audience = $1 AND p.at >= $2 AND p.at < $3 AND r.outcome <> 'rolled_back' AND NOT EXISTS (SELECT 1 "
      "FROM withdrawal x WHERE x.release_id = r.id) ORDER BY p.at, p.id",
      {audience, to_millis(period.from), to_millis(period.to)}, [&](const store::Row& row) {
        if (!areas.empty() && std::find(areas.begin(), areas.end(), row.text(2)) == areas.end()) return;
        if (!seen.insert(row.text(0)).second) return;  // once, over however many channels it went
        notes.push_back({.release_id = ReleaseId{row.text(0)},
                         .version = row.text(1),
                         .area = row.text(2),
                         .body = changelog::without_marks(row.text(3)),
                         .at = from_millis(row.integer(4)),
                         .changes_nothing = row.integer(6) != 0});
        hashes.push_back(row.text(5));
      });
  for (std::size_t i = 0; !locale.empty() && i < notes.size(); ++i)
    for (const auto& t : changelog::approved_translations(tx, notes[i].release_id, hashes[i]))
      if (t.locale == locale) notes[i].body = changelog::without_marks(t.body);
  return notes;
}

std::vector<std::string> releases_in(store::Tx& tx, const Period& period, const std::string& audience,
                                     const std::vector<std::string>& areas) {
  std::vector<std::string> out;
  for (const auto& note : notes_of(tx, period, audience, areas, {}))
    if (!note.changes_nothing) out.push_back(note.release_id);
  return out;
}

}  // namespace

Digest compose_digest(store::Tx& tx, const Period& period, const std::string& audience, const std::vector<std::string>& areas, SysTime now,
                      const std::string& locale) {
  const auto current = definitions::current(tx);
  const auto notes = notes_of(tx, period, audience, areas, locale);
  const auto written_in = current ? (*current)->words.locales.front() : std::string("en");
  auto digest = digest_of(notes, period, current ? (*current)->name : "Evenkeel", locale.empty() ? written_in : locale);
  digest.audience = audience;
  digest.areas = areas;
  digest.composed_at = now;
  return digest;
}

void plan_next_digest(Work& work, Rhythm rhythm) {
  if (rhythm == Rhythm::every_release) return;
  const auto period = period_of(work.now, rhythm);
  enqueue(work, SendDigests{rhythm, period.name},
          {.at = period.to + std::chrono::hours{8},  // when people begin to read
           .key = fmt::format("digest:{}:{}", json::enum_text(rhythm), period.name)});
}

Result<void> send_digests(Work& work, Rhythm rhythm, const std::string& name) {
  const auto period = TRY(read_period(name));
  std::map<std::pair<std::string, std::vector<std::string>>, std::string> made;  // -> id; empty: nothing changed
  std::set<std::string> translated;
  std::int64_t mails = 0;
  for (const auto& s : store::all<Subscription>(work.tx, "subscription", "WHERE state = 'confirmed' AND rhythm = $1 ORDER BY id",
                                                {std::string(json::enum_text(rhythm))})) {
    const auto key = std::pair{s.audience, s.areas};
    if (!made.contains(key)) {
      auto digest = compose_digest(work.tx, period, s.audience, s.areas, work.now);
      if (const auto there = store::one<Digest>(work.tx, "digest", "WHERE period = $1 AND audience = $2 AND areas = $3",
                                                {period.name, s.audience, json::write(s.areas)}))
        digest = *there;  // composed before a crash, or by a person: what was sealed is what is sent
      else if (digest.entries > 0) {
        digest.id = work.new_id("dig");
        store::insert(work.tx, "digest", digest);
        for (const auto& release : releases_in(work.tx, period, s.audience, s.areas))
          work.tx.exec("INSERT INTO digest_item (id, digest_id, release_id) VALUES ($1, $2, $3)",
                       {digest.id + "/" + release, digest.id, release});
        record(work, DigestComposed{.period = period.name, .audience = s.audience, .entries = digest.entries},
               {.subject = digest.id, .seals = {{"digest", digest.id}}});
      }
      made[key] = digest.id;
    }
    const auto& id = made.at(key);
    if (id.empty()) continue;
    if (const auto text_id = id + "/" + s.locale; !s.locale.empty() && translated.insert(text_id).second) {
      const auto text = compose_digest(work.tx, period, s.audience, s.areas, work.now, s.locale);
      work.tx.exec(
          "INSERT INTO digest_text (id, digest_id, locale, title, body, composed_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO "
          "NOTHING",
          {text_id, id, s.locale, text.title, text.body, to_millis(work.now)});
    }
    ++mails;
    enqueue(work, DigestMail{id, s.id}, {.at = work.now, .key = id + ":" + s.id});
  }
  if (mails == 0) record(work, DigestNotNeeded{.period = period.name}, {.subject = "digest:" + period.name});
  plan_next_digest(work, rhythm);
  return {};
}

}  // namespace evenkeel::comms
