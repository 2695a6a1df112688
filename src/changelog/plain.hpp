// Words for people: what support is told of an entry, and checks that a text is plain. What customers are told: customer_sentence.hpp.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "changelog/keep_a_changelog.hpp"
#include "definitions/organisation.hpp"

namespace evenkeel::changelog {

/// The technical text with what support needs to place it: services, flags, the change's name at its source.
std::string internal_sentence(std::string_view text, const std::vector<std::string>& services, const std::vector<std::string>& flags,
                              std::string_view change);

/// What makes a text hard to read for somebody outside. `rule`: long_sentence, passive_voice, internal_id, jargon,
/// image_words, image_elsewhere; a note's also needs_words.
struct Hint {
  std::int64_t line = 0;  // from 1
  std::string rule, excerpt, message;
};
BOOST_DESCRIBE_STRUCT(Hint, (), (line, rule, excerpt, message))

/// Hints for a Markdown text, in order of lines. Code blocks and our own marks are passed over. Hints refuse nothing, but for
/// those of images (image.hpp) and of lines that need words, at the approval. `own`: words that
/// this organisation does not want outside, of one word or several.
std::vector<Hint> plain_language(std::string_view body, const std::vector<definitions::JargonDef>& own = {});

}  // namespace evenkeel::changelog
