#include "changelog/edit.hpp"
#include "support/data.hpp"

namespace evenkeel::changelog {
namespace {

namespace data = testing_data;

std::vector<std::filesystem::path> documents() {
  auto found = data::files("data/changelogs", ".md");
  const auto more = data::files("data/changelogs", ".rst");
  found.insert(found.end(), more.begin(), more.end());
  std::erase_if(found, [](const auto& path) { return path.filename() == "README.md"; });
  return found;
}

TEST(ChangelogConformance, EveryFileComesBackByteForByte) {
  const auto files = documents();
  SKIP_WITHOUT(files);
  for (const auto& path : files) {
    const auto bytes = data::read(path);
    EXPECT_EQ(Document::parse(bytes).text(), bytes) << path;
  }
}

/// What a reading of the file showed wrong in expected.json, each with its reason: file -> line -> the version there (none: no release).
std::map<std::string, std::map<std::int64_t, std::optional<std::string>>> corrections() {
  std::map<std::string, std::map<std::int64_t, std::optional<std::string>>> out;
  const auto rows =
      boost::json::parse(data::read(std::filesystem::path(EVENKEEL_SOURCE_DIR) / "tests/conformance/changelog_corrections.json"));
  for (const auto& item : rows.as_array()) {
    EXPECT_GT(data::text_of(item.at("reason")).size(), 40u) << "a correction needs its reason";
    const auto& row = item.as_object();
    out[data::text_of(row.at("file"))][row.at("line").as_int64()] =
        row.contains("version") ? std::optional(data::text_of(row.at("version"))) : std::nullopt;
  }
  return out;
}

/// expected.json comes from a scan by regular expression; it is corrected first. What still differs is printed.
TEST(ChangelogConformance, ReleasesAreFound) {
  const auto files = documents();
  SKIP_WITHOUT(files);
  const auto expected = boost::json::parse(data::read(data::root() / "data/changelogs/expected.json")).as_object();
  const auto corrected = corrections();
  std::size_t named = 0, found = 0, dated = 0, dates_found = 0, extra = 0;
  for (const auto& path : files) {
    const auto name = path.filename().string();
    if (!expected.contains(name)) continue;
    const auto document = Document::parse(data::read(path));
    std::map<std::int64_t, const ReleaseIndex*> by_line;
    for (const auto& release : document.releases()) by_line[std::int64_t(release.line + 1)] = &release;
    extra += by_line.size();
    auto mended = corrected.contains(name) ? corrected.at(name) : std::map<std::int64_t, std::optional<std::string>>();
    for (const auto& item : expected.at(name).at("releases").as_array()) {
      const auto& row = item.as_object();
      const auto at = by_line.find(row.at("line").to_number<std::int64_t>());
      auto version = row.contains("version") ? data::text_of(row.at("version")) : "";
      if (const auto mend = mended.find(row.at("line").to_number<std::int64_t>()); mend != mended.end()) {
        const auto right = mend->second;
        mended.erase(mend);
        if (!right) continue;
        version = *right;
      }
      ++named;
      const bool same = at != by_line.end() && at->second->heading.version.value_or("") == version &&
                        at->second->is_unreleased() == (row.contains("unreleased") && row.at("unreleased").as_bool());
      found += same;
      extra -= same;
      if (!same)
        std::cout << "  " << name << ":" << row.at("line") << ": expected '" << version << "', got "
                  << (at == by_line.end() ? "no release" : at->second->heading.version.value_or("none")) << "\n";
      else
        by_line.erase(at->first);
      if (!same || !row.contains("date") || !row.at("date").is_string()) continue;
      ++dated;
      for (const auto& release : document.releases())
        if (std::int64_t(release.line + 1) == row.at("line").to_number<std::int64_t>())
          dates_found += release.heading.date == data::text_of(row.at("date"));
    }
    for (const auto& [line, version] : mended)  // releases that the scan missed
      if (version) {
        ++named;
        const auto at = by_line.find(line);
        const bool same = at != by_line.end() && at->second->heading.version == version;
        found += same;
        extra -= same;
        if (same)
          by_line.erase(at);
        else
          std::cout << "  " << name << ":" << line << ": expected '" << *version << "'\n";
      }
    for (const auto& [line, release] : by_line)
      std::cout << "  " << name << ":" << line << ": more than expected: " << document.line(release->line) << "\n";
  }
  std::cout << "releases found " << found << " of " << named << ", dates " << dates_found << " of " << dated << ", more than expected "
            << extra << "\n";
  EXPECT_GE(double(found), 0.995 * double(named));
  EXPECT_EQ(dates_found, dated);
  EXPECT_LE(extra * 200, named) << "headings taken for releases that are none";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from <= text.size();) {
    auto end = text.find('\n', from);
    end = end == std::string::npos ? text.size() : end + 1;
    lines.push_back(text.substr(from, end - from - (end > from && text[end - 1] == '\n')));  // a last line may get its line end
    from = std::max(end, from + 1);
  }
  return lines;
}

/// Lines of `before` that are not in `after` in the same order; what was only inserted counts nothing. Greedy is enough: an edit
/// inserts and replaces, it never moves.
std::size_t lines_lost(const std::string& before, const std::string& after) {
  const auto old = lines_of(before), now = lines_of(after);
  std::size_t from_start = 0, from_end = 0;
  while (from_start < old.size() && from_start < now.size() && old[from_start] == now[from_start]) ++from_start;
  while (from_end + from_start < old.size() && from_end + from_start < now.size() &&
         old[old.size() - 1 - from_end] == now[now.size() - 1 - from_end])
    ++from_end;
  // Between the common ends the old lines must appear in order, but for those replaced.
  std::size_t lost = 0;
  std::size_t at = from_start;
  for (std::size_t i = from_start; i < old.size() - from_end; ++i) {
    std::size_t found = at;
    while (found < now.size() && now[found] != old[i]) ++found;
    if (found == now.size())
      ++lost;
    else
      at = found + 1;
  }
  return lost;
}

TEST(ChangelogConformance, EditsChangeOnlyTheirOwnLines) {
  const auto files = documents();
  SKIP_WITHOUT(files);
  for (const auto& path : files) {
    const auto bytes = data::read(path);
    const auto document = Document::parse(bytes);
    for (const auto type : {Type::added, Type::changed, Type::fixed, Type::security}) {
      const auto change = add_entry(document, type, "One more thing\nin two lines", false).value();
      EXPECT_EQ(lines_lost(bytes, change.text), 0u) << path;
      const auto again = Document::parse(change.text);
      ASSERT_TRUE(again.unreleased()) << path;
      bool found = false;
      for (const auto& section : again.release(*again.unreleased()).sections)
        for (const auto& entry : section.entries)
          found |= type_of_section(section.name) == type && entry.text == "One more thing\nin two lines";
      EXPECT_TRUE(found) << path << "\n" << describe_edits(document, change.edits);
      EXPECT_EQ(again.releases().size(), document.releases().size() + (document.unreleased() ? 0 : 1)) << path;
    }
    const auto cut = cut_release(document, "987.6.5", "2031-12-24").value();
    EXPECT_LE(lines_lost(bytes, cut.text), 2u) << path << "\n"
                                               << describe_edits(document, cut.edits);  // the Unreleased heading's link and its definition
    const auto after = Document::parse(cut.text);
    ASSERT_TRUE(after.find("987.6.5")) << path << "\n" << describe_edits(document, cut.edits);
    EXPECT_EQ(after.find("987.6.5")->heading.date, "2031-12-24") << path;
    EXPECT_EQ(after.releases().size(), document.releases().size() + 1) << path;
    if (document.unreleased()) {
      EXPECT_EQ(release_section(after, "987.6.5").value(), document.markdown(document.unreleased()->content, document.unreleased()->end))
          << path;
    }
    for (const auto& release : document.releases()) {
      if (!release.heading.version || document.find(*release.heading.version) != &release) continue;
      const auto yanked = yank_release(document, *release.heading.version).value();
      EXPECT_LE(lines_lost(bytes, yanked.text), 1u) << path;
      const auto marked = Document::parse(yanked.text);
      EXPECT_TRUE(marked.find(*release.heading.version)->heading.yanked) << path;
      EXPECT_EQ(marked.releases().size(), document.releases().size()) << path;
      if (&release > &document.releases().front() + 10) break;
    }
  }
}

/// Whole documents of peers: release titles and counts.
TEST(ChangelogConformance, PeersTitlesAndDocuments) {
  const auto files = data::json_with("data/changelog-cases", "extract_version_from_title");
  SKIP_WITHOUT(files);
  for (const auto& [name, file] : files) {
    for (const auto& item : file.at("extract_version_from_title").as_array()) {
      const auto heading = read_release_heading(data::text_of(item.at("title")));
      EXPECT_EQ(heading ? heading->version.value_or("") : "", data::text_of(item.at("version"))) << item.at("title");
    }
    for (const auto& item : file.at("documents").as_array()) {
      const auto document = Document::parse(data::text_of(item.at("input")));
      const auto& row = item.as_object();
      std::map<std::string, const ReleaseIndex*> versions;  // the peer keeps the last of two with the same version
      for (const auto& release : document.releases()) versions.emplace(release.heading.version.value_or("-"), &release);
      EXPECT_EQ(std::int64_t(versions.size()), row.at("count").as_int64()) << item.at("input");
      if (!row.contains("releases")) continue;
      for (const auto& [version, expected] : row.at("releases").as_object())
        EXPECT_TRUE(versions.contains(std::string(version))) << version << " in " << item.at("input");
    }
    for (const auto& text : file.at("must_fail").as_array())
      EXPECT_TRUE(Document::parse(data::text_of(text)).find("0.1.0") == nullptr) << text;
    for (const auto& item : file.at("heading_styles").as_array()) {
      const auto document = Document::parse(data::text_of(item.at("input")));
      for (const auto& [version, notes] : item.at("notes").as_object()) {
        const auto section = release_section(document, std::string(version));
        ASSERT_TRUE(section) << version << " in " << item.at("input");
        EXPECT_EQ(section->substr(section->find_first_not_of(' ')), data::text_of(notes)) << item.at("input");
      }
    }
  }
}

/// Documents with what their own library read from them: version, date, yanked, in any order (some sort).
TEST(ChangelogConformance, PeersDocumentsHaveTheSameReleases) {
  const auto files = data::json_with("data/changelog-cases", "cases");
  SKIP_WITHOUT(files);
  std::set<std::string> explained;
  const auto table =
      boost::json::parse(data::read(std::filesystem::path(EVENKEEL_SOURCE_DIR) / "tests/conformance/document_differences.json"));
  for (const auto& row : table.as_array()) explained.insert(data::text_of(row.at("file")) + "/" + data::text_of(row.at("name")));
  int rows = 0, equal = 0;
  for (const auto& [name, file] : files)
    for (const auto& item : file.at("cases").as_array()) {
      if (!item.is_object()) continue;
      const auto& row = item.as_object();
      const json::Array* expected = row.contains("releases") && row.at("releases").is_array() ? &row.at("releases").get_array() : nullptr;
      if (!expected && row.contains("expected") && row.at("expected").is_object() && row.at("expected").as_object().contains("versions"))
        expected = &row.at("expected").at("versions").as_array();
      if (!expected || !row.contains("input")) continue;
      std::multiset<std::string> theirs, ours;
      for (const auto& release : *expected) theirs.insert(json::dump(release.at("version")) + json::dump(release.at("date")));
      const auto document = Document::parse(data::text_of(row.at("input")));
      for (const auto& release : document.releases())
        ours.insert(json::dump(json::to_value(release.heading.version)) + json::dump(json::to_value(release.heading.date)));
      ++rows;
      const bool known = row.contains("name") && explained.contains(name + "/" + data::text_of(row.at("name")));
      equal += ours == theirs || known;
      if (ours != theirs && !known) {
        std::cout << "  " << name << ": " << row.at("name") << "\n    ours:  ";
        for (const auto& text : ours) std::cout << (theirs.contains(text) ? "" : text + " ");
        std::cout << "\n    theirs: ";
        for (const auto& text : theirs) std::cout << (ours.contains(text) ? "" : text + " ");
        std::cout << "\n";
      }
    }
  std::cout << "documents with the same releases, or a difference explained, " << equal << " of " << rows << "\n";
  EXPECT_GE(equal * 100, rows * 98);
}

}  // namespace
}  // namespace evenkeel::changelog
