#include "cli/changelog_edit.hpp"

#include <fmt/format.h>

#include "changelog/line_diff.hpp"
#include "cli/visible.hpp"

namespace evenkeel::cli {
namespace {

struct EditedLines {
  std::int64_t line = 0;  // in the old file
  std::vector<std::string> removed, added;
};
BOOST_DESCRIBE_STRUCT(EditedLines, (), (line, removed, added))

}  // namespace

Result<int> finish_edit(const Args& args, const changelog::Document& document, const changelog::Change& change) {
  const auto path = args.text("file");
  const bool dry = args.flag("dry-run");
  if (path.ends_with(".gz")) return invalid(path + ": a packed changelog can be read but not edited; unpack it first", path);
  if (!change.remark.empty()) fmt::print(stderr, "evenkeel: {}\n", visible(change.remark));
  if (path == "-" && !dry && !args.json) {
    write_raw(change.text);
    return 0;
  }
  if (!dry && path != "-" && !change.edits.empty()) TRY(write_file(path, change.text));
  if (args.json) {
    std::vector<EditedLines> edits;
    for (const auto& edit : change.edits) {
      edits.push_back({.line = std::int64_t(edit.line + 1), .added = edit.inserted});
      for (std::size_t i = 0; i < edit.removed; ++i) edits.back().removed.emplace_back(document.line(edit.line + i));
    }
    args.print_json(
        json::Object{{"file", path}, {"written", !dry && path != "-" && !change.edits.empty()}, {"edits", json::to_value(edits)}});
  } else
    args.print(fmt::format("--- {0}\n+++ {0}{1}\n{2}", path, dry ? " (not written: --dry-run)" : "",
                           changelog::describe_edits(document, change.edits)));
  return 0;
}

}  // namespace evenkeel::cli
