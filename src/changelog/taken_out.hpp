// A change left the release, or is dark in it (risk/take_out.hpp): its entry and its sentences follow.
#pragma once
#include <string>
#include <string_view>

#include "work/work.hpp"

namespace evenkeel::changelog {

/// The entry is dark behind the flag, or of no release any more. Ledger: entry.edited.
Result<void> let_go(Work& work, const ChangeId& change_id);
/// What tells the change leaves the notes; whoever wrote the rest stays its author. Ledger: note.edited.
Result<void> tell_no_more(Work& work, const ReleaseId& release_id, const ChangeId& change_id);

/// The text without what tells this entry: its list item with what belongs to it, or the section that begins with its mark. A heading that
/// is left with nothing below goes too. Unchanged where the text does not name the entry.
std::string without_entry(std::string_view body, std::string_view entry);

}  // namespace evenkeel::changelog
