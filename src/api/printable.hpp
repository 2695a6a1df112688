// A page for reading and for paper: Markdown and pictures as one HTML document that needs nothing else.
#pragma once
#include "http/message.hpp"

namespace evenkeel::api {

/// `pictures`: SVG documents of our own making, put after the text as they are.
http::Response printable(const std::string& title, const std::string& markdown, const std::vector<std::string>& pictures = {});
/// One SVG document of our own making.
http::Response picture(std::string svg);
/// A document of another type, to be read as it is.
http::Response text_response(const std::string& content_type, std::string body);

}  // namespace evenkeel::api
