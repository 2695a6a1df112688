// Links of a text that leaves its page: in a feed, a mail, a post or another site a relative address leads nowhere.
#pragma once
#include <string>
#include <string_view>

namespace evenkeel::markdown {

/// The text with each relative address of its links, images and definitions made whole; what stands in code stays. `base`:
/// "https://news.shop.test", empty leaves all as it is. `page`: the path on which the text stands ("/changelog/1.2.0"), which "#part"
/// belongs to.
std::string with_whole_links(std::string_view markdown, const std::string& base, std::string_view page = "/changelog");

}  // namespace evenkeel::markdown
