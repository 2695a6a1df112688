#include "base/json.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>

#include "base/utf8.hpp"

namespace evenkeel::json {
namespace {

/// Bytes that are no UTF-8 (old commit messages, files in other encodings) become U+FFFD, so that the document can be read.
void write_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c & 0x80) {
      const auto length = utf8_length(text, i);
      out += length ? text.substr(i, length) : std::string_view("\xef\xbf\xbd");
      i += length ? length - 1 : 0;
      continue;
    }
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += hex[(c >> 4) & 15];
          out += hex[c & 15];
        } else
          out += c;
    }
  }
  out += '"';
}

void write_value(std::string& out, const Value& value, int indent, int level) {
  const auto line = [&](int l) {
    if (indent > 0) {
      out += '\n';
      out.append(std::size_t(indent) * std::size_t(l), ' ');
    }
  };
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      out += std::to_string(value.get_int64());
      break;
    case boost::json::kind::uint64:
      out += std::to_string(value.get_uint64());
      break;
    case boost::json::kind::double_:
      out += std::isfinite(value.get_double()) ? fmt::format("{}", value.get_double()) : "null";
      break;
    case boost::json::kind::string:
      write_string(out, {value.get_string().data(), value.get_string().size()});
      break;
    case boost::json::kind::array: {
      const auto& a = value.get_array();
      if (a.empty()) {
        out += "[]";
        break;
      }
      out += '[';
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (i) out += ',';
        line(level + 1);
        write_value(out, a[i], indent, level + 1);
      }
      line(level);
      out += ']';
      break;
    }
    case boost::json::kind::object: {
      const auto& o = value.get_object();
      if (o.empty()) {
        out += "{}";
        break;
      }
      out += '{';
      bool first = true;
      for (const auto& [key, item] : o) {
        if (!first) out += ',';
        first = false;
        line(level + 1);
        write_string(out, {key.data(), key.size()});
        out += indent > 0 ? ": " : ":";
        write_value(out, item, indent, level + 1);
      }
      line(level);
      out += '}';
      break;
    }
  }
}

}  // namespace

namespace {
/// NUL has no place in a database's text, so it has none in what is read here: cut off there, a text would not be what was sealed.
bool holds_nul(const Value& value) {
  const auto nul = [](std::string_view text) { return text.find('\0') != std::string_view::npos; };
  if (const auto* text = value.if_string()) return nul(*text);
  if (const auto* list = value.if_array()) return std::any_of(list->begin(), list->end(), holds_nul);
  if (const auto* object = value.if_object())
    return std::any_of(object->begin(), object->end(), [&](const auto& m) { return nul(m.key()) || holds_nul(m.value()); });
  return false;
}
}  // namespace

Result<Value> parse(std::string_view text) {
  boost::json::stream_parser parser;
  boost::json::error_code ec;
  const auto n = parser.write_some(text.data(), text.size(), ec);
  if (!ec && n < text.size() && text.find_first_not_of(" \t\r\n", n) != std::string_view::npos) ec = boost::json::error::extra_data;
  if (!ec) parser.finish(ec);
  if (ec) return invalid(fmt::format("not valid JSON at byte {}: {}", n, ec.message()));
  auto value = parser.release();
  if (text.find("\\u0000") != std::string_view::npos && holds_nul(value)) return invalid("a text holds the character NUL (\\u0000)");
  return value;
}

std::string dump(const Value& value, int indent) {
  std::string out;
  write_value(out, value, indent, 0);
  return out;
}

std::string duration_text(Millis d) {
  const auto ms = d.count();
  if (ms == 0) return "0s";
  if (ms % 1000 != 0) return fmt::format("{}ms", ms);
  if (ms % 3'600'000 == 0) return fmt::format("{}h", ms / 3'600'000);
  if (ms % 60'000 == 0) return fmt::format("{}m", ms / 60'000);
  return fmt::format("{}s", ms / 1000);
}

std::string nearest(std::string_view key, const std::vector<std::string>& known) {
  std::string best;
  if (key.size() > 64) return best;  // no slip of the pen, and comparing costs its length times that of every known key
  std::size_t best_distance = std::max<std::size_t>(2, key.size() / 3) + 1;
  for (const auto& candidate : known) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= key.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        const auto above = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (key[i - 1] == candidate[j - 1] ? 0u : 1u)});
        diagonal = above;
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

std::string kind_name(const Value& value) {
  if (value.is_string()) return "text '" + std::string(value.get_string().subview(0, 60)) + "'";
  if (value.is_null()) return "nothing";
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_array()) return "a list";
  if (value.is_object()) return "an object";
  return "the number " + dump(value);
}

std::string short_type_name(const char* mangled) {
  int status = 0;
  char* text = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
  std::string name = status == 0 && text ? text : mangled;
  std::free(text);
  if (const auto at = name.rfind("::"); at != std::string::npos) name.erase(0, at + 2);
  return name;
}

}  // namespace evenkeel::json
