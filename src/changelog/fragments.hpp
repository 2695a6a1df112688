// Change fragments: one small file a change (`changes/123.added.md`), so that two branches never meet in one line of CHANGELOG.md.
// At release they are gathered into Unreleased.
//
//   NAME.TYPE.md          NAME: anything without a dot (an issue, a word); TYPE: added, changed, deprecated, removed, fixed, security
//   NAME.TYPE.2.md        a second entry of the same change
//   NAME.breaking.TYPE.md what forces people to act (the same as a text that begins with **Breaking:**)
//
// The whole file is one entry, nested lists included; a file that begins with "- " may hold several, one an item.
#pragma once
#include "changelog/edit.hpp"

namespace evenkeel::changelog {

struct Fragment {
  std::string file;  // name without the folder
  Type type = Type::changed;
  bool breaking = false;
  std::vector<std::string> entries;
};

/// Files of a folder in the order of their names; README.md and names that begin with a dot are passed over. Error: invalid, with a
/// complaint for each file whose name or text is not a fragment's.
Result<std::vector<Fragment>> read_fragments(const std::string& folder);
/// One file's name and text.
Result<Fragment> read_fragment(const std::string& file, std::string_view text);

/// All of them into Unreleased. An entry that stands there already, word for word under its type, is not written twice, so that gathering
/// again after a crash does no harm.
struct Gathered {
  Change change;
  std::size_t added = 0, there = 0;
};
Result<Gathered> gather(const Document& document, const std::vector<Fragment>& fragments);

}  // namespace evenkeel::changelog
