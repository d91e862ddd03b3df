/*
Cells and Chinese texts of AG Grid (dash-ag-grid), for the large league tables.

Renderers, named in a column as cellRenderer="qxBar" with cellRendererParams. Numbers are for sorting
and drawing only; what is read comes ready-made from the row (`textField`), because one helper in
Python formats. A cell without a number shows its text as a missing value (suppressed, not collected ...).

  qxBar       value 0..max; textField, max (default 100)
  qxInterval  value on 0..100 with lowField, highField; textField
  qxMix       value [{share, label, color}]; the text is made of the labels, or textField
              (columns of lists need "cellDataType": False, or AG Grid warns)
  qxSpark     value [number | null ...]; textField says it in words
  qxChange    value signed; textField; better: "up" | "down" colours the direction that is better
  qxStatus    value on_time | late | missing | due | not_due, drawn as a shape; textField
  qxLink      value is the text; hrefField; carryField: data-carry-selection, see 50-selection.js

dashGridOptions={"getLocaleText": {"function": "quxiangLocaleText(params)"}} gives Chinese on a Chinese page.
*/
(function () {
  'use strict';

  const el = (...parts) => window.React.createElement(...parts);
  const percent = (share) => `${Math.max(0, Math.min(100, share))}%`;
  const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
  const field = (props, name) => (props[name] && props.data ? props.data[props[name]] : undefined);
  const textOf = (props) => field(props, 'textField') ?? (isNumber(props.value) ? String(props.value) : '');
  const missing = (props) => el('span', { className: 'qx-missing' }, textOf(props));

  function qxBar(props) {
    if (!isNumber(props.value)) return missing(props);
    const width = percent((100 * props.value) / (props.max || 100));
    return el('span', { className: 'qx-bar' },
      el('span', { className: 'qx-bar__track', 'aria-hidden': true },
        el('span', { className: 'qx-bar__fill', style: { width } })),
      el('span', { className: 'qx-bar__text' }, textOf(props)));
  }

  function qxInterval(props) {
    const low = field(props, 'lowField');
    const high = field(props, 'highField');
    if (![props.value, low, high].every(isNumber)) return missing(props);
    return el('span', { className: 'qx-interval' },
      el('span', { className: 'qx-interval__track', 'aria-hidden': true },
        el('span', { className: 'qx-interval__range', style: { left: percent(low), width: percent(high - low) } }),
        el('span', { className: 'qx-interval__point', style: { left: percent(props.value) } })),
      el('span', { className: 'qx-interval__text' }, textOf(props)));
  }

  function qxMix(props) {
    const parts = Array.isArray(props.value) ? props.value : [];
    if (!parts.length) return missing(props);
    const label = field(props, 'textField') ?? parts.map((part) => part.label).join(', ');
    return el('span', { className: 'qx-bar' },
      el('span', { className: 'qx-mix', role: 'img', 'aria-label': label, title: label },
        parts.map((part, index) => el('span', {
          key: index, className: 'qx-mix__part', style: { flexGrow: part.share, background: part.color },
        }))));
  }

  function qxStatus(props) {
    return el('span', { className: 'qx-status-cell', title: textOf(props) },
      el('span', { className: `qx-status qx-status--${props.value}`, 'aria-hidden': true }),
      el('span', { className: 'qx-sr' }, textOf(props)));
  }

  function segments(values, x, y) {
    const runs = [[]];
    values.forEach((value, index) => {
      if (isNumber(value)) runs[runs.length - 1].push(`${x(index).toFixed(1)},${y(value).toFixed(1)}`);
      else if (runs[runs.length - 1].length) runs.push([]);
    });
    return runs.filter((run) => run.length).map((run) => run.join(' '));
  }

  function qxSpark(props) {
    const values = Array.isArray(props.value) ? props.value : [];
    const known = values.filter(isNumber);
    if (known.length < 2) return missing(props);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const x = (index) => 3 + (90 * index) / (values.length - 1);
    const y = (value) => 21 - (18 * (value - low)) / (high - low || 1);
    const last = values.reduce((at, value, index) => (isNumber(value) ? index : at), 0);
    const label = textOf(props);
    return el('svg', { className: 'qx-spark', viewBox: '0 0 96 24', role: 'img', 'aria-label': label },
      el('title', null, label),
      segments(values, x, y).map((points, index) => el('polyline', {
        key: index, points, fill: 'none', stroke: 'var(--qx-accent)', strokeWidth: 1.5,
      })),
      el('circle', { cx: x(last), cy: y(values[last]), r: 2.2, fill: 'var(--qx-accent)' }));
  }

  function qxChange(props) {
    if (!isNumber(props.value)) return missing(props);
    const direction = props.value > 0 ? 'up' : props.value < 0 ? 'down' : 'same';
    const judged = props.better && direction !== 'same';
    const verdict = judged ? ` qx-change--${props.better === direction ? 'good' : 'bad'}` : '';
    return el('span', { className: `qx-change qx-change--${direction}${verdict}` }, textOf(props));
  }

  function qxLink(props) {
    const href = field(props, 'hrefField');
    if (!href) return el('span', null, props.value);
    const carry = field(props, 'carryField');
    return el('a', carry === undefined ? { href } : { href, 'data-carry-selection': carry }, props.value);
  }

  const CHINESE = {
    noRowsToShow: '没有符合条件的数据', loadingOoo: '正在加载', filterOoo: '筛选', search: '搜索',
    noMatches: '没有匹配项', selectAll: '全选', blanks: '空白', empty: '请选择',
    textFilter: '文字筛选', numberFilter: '数值筛选', dateFilter: '日期筛选', setFilter: '选项筛选',
    equals: '等于', notEqual: '不等于', lessThan: '小于', lessThanOrEqual: '不大于',
    greaterThan: '大于', greaterThanOrEqual: '不小于', inRange: '介于', inRangeStart: '从', inRangeEnd: '至',
    contains: '包含', notContains: '不包含', startsWith: '开头是', endsWith: '结尾是',
    blank: '为空', notBlank: '不为空', andCondition: '并且', orCondition: '或者',
    applyFilter: '应用', clearFilter: '清除', resetFilter: '重置', cancelFilter: '取消',
    page: '页码', to: '至', of: '共', more: '更多', pageSizeSelectorLabel: '每页：',
    nextPage: '下一页', lastPage: '末页', firstPage: '首页', previousPage: '上一页',
    ariaSortableColumn: '按回车键排序', ariaFilterMenuOpen: '打开筛选', ariaFilterColumn: '按 Ctrl 和回车键打开筛选',
    ariaColumnFiltered: '已筛选', ariaFilterInput: '筛选条件', ariaFilterValue: '筛选值',
    ariaFilterFromValue: '起始值', ariaFilterToValue: '终止值', ariaFilteringOperator: '比较方式',
    ariaLabelColumnFilter: '列筛选', ariaLabelColumnMenu: '列菜单', ariaLabelDialog: '对话框', ariaLabelSelectField: '选择',
    ariaPageSizeSelectorLabel: '每页行数', ariaMenuColumn: '按 Alt 和向下键打开列菜单', ariaSearch: '搜索',
  };

  function quxiangLocaleText(params) {
    let text = window.quxiang.gridLocale[params.key] ?? params.defaultValue;
    for (const value of params.variableValues || []) text = text.replace('${variable}', value);
    return text;
  }

  const chinese = document.documentElement.lang.startsWith('zh');
  window.quxiang = { ...window.quxiang, gridLocale: chinese ? CHINESE : {} };
  window.dashAgGridFunctions = { ...window.dashAgGridFunctions, quxiangLocaleText };
  window.dashAgGridComponentFunctions = {
    ...window.dashAgGridComponentFunctions, qxBar, qxInterval, qxMix, qxSpark, qxChange, qxStatus, qxLink,
  };
})();
