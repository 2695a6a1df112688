// Migration guides (CL5): what those must do whom a breaking change forces to act. A breaking change without a whole guide fails its gate.
#pragma once
#include "changelog/entries.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

struct MigrationGuide {
  Id<MigrationGuide> id;
  EntryId entry_id;
  ReleaseId release_id;
  std::string affected, before_use, after_use;
  std::vector<std::string> steps;
  std::optional<SysTime> deadline;  // until when the old way works
  std::string how_to_check, written_by;
  SysTime written_at;
};
BOOST_DESCRIBE_STRUCT(MigrationGuide, (),
                      (id, entry_id, release_id, affected, before_use, after_use, steps, deadline, how_to_check, written_by, written_at))

/// A field left out stays as it is.
struct WriteGuide {
  static constexpr std::string_view required[] = {"entry"};
  std::string entry;
  std::optional<std::string> affected, before, after, how_to_check;
  std::optional<std::vector<std::string>> steps;
  std::optional<SysTime> deadline;
};
BOOST_DESCRIBE_STRUCT(WriteGuide, (), (entry, affected, before, after, how_to_check, steps, deadline))
/// Needs: author, or engineering lead of an area of the change; a breaking entry of a release that is not told yet. The entry's
/// migration text becomes the guide in words. Ledger: guide.written.
Result<MigrationGuide> write_guide(Work& work, const WriteGuide& command);

/// A guide with what it lacks: parts without words, a deadline inside the notice period.
struct GuideView {
  MigrationGuide guide;
  std::string version, text;         // release; what the change is
  std::vector<std::string> missing;  // in words; empty: whole
};
BOOST_DESCRIBE_STRUCT(GuideView, (), (guide, version, text, missing))
/// Of every notable breaking entry, written or not.
std::vector<GuideView> guides_of(store::Tx& tx, const planning::Release& release);

/// As Markdown, ready to follow the entry's words.
std::string guide_text(const MigrationGuide& guide);
/// What a guide lacks; `release_at` is when the change goes out, `notice` how long people get from then on.
std::vector<std::string> missing_parts(const MigrationGuide& guide, std::optional<SysTime> release_at, Millis notice);

}  // namespace evenkeel::changelog
