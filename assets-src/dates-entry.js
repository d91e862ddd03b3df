// Month and weekday names of the date picker, which looks at `window.dateFns.locale` and prefers
// the browser's language list to the page's language. One entry only, and only on a Chinese page,
// makes the page decide.
import { zhCN } from 'date-fns/locale/zh-CN';

if (document.documentElement.lang.startsWith('zh')) {
  window.dateFns = { locale: { zhCN } };
}
