// Words for people: a first sentence for customers and for support out of a technical entry, and checks that a text is plain.
//
// Rules can put the kind of news first, take out what only insiders understand (scopes, issue numbers, commit ids) and turn "Allow
// customers to ..." into "You can now ...". They cannot know why it matters: that is the author's part, and plain_language() is what
// the author works against.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "changelog/keep_a_changelog.hpp"
#include "definitions/organisation.hpp"

namespace evenkeel::changelog {

/// "parser: Add CSV export of invoices (#12)" -> "New: CSV export of invoices."
std::string customer_sentence(Type type, std::string_view text);

/// The technical text with what support needs to place it: services, flags, the change's name at its source.
std::string internal_sentence(std::string_view text, const std::vector<std::string>& services, const std::vector<std::string>& flags,
                              std::string_view change);

/// What makes a text hard to read for somebody outside. `rule`: long_sentence, passive_voice, internal_id, jargon,
/// image_words, image_elsewhere.
struct Hint {
  std::int64_t line = 0;  // from 1
  std::string rule, excerpt, message;
};
BOOST_DESCRIBE_STRUCT(Hint, (), (line, rule, excerpt, message))

/// Hints for a Markdown text, in order of lines. Code blocks and our own marks are passed over. Hints refuse nothing, but for
/// those of images, at the approval (image.hpp). `own`: words that
/// this organisation does not want outside, of one word or several.
std::vector<Hint> plain_language(std::string_view body, const std::vector<definitions::JargonDef>& own = {});

}  // namespace evenkeel::changelog
